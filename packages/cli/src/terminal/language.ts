// The language the CLI speaks: Spanish where the locale says so, English elsewhere.
import type { Language } from '@relevo/protocol';

/** As POSIX orders the variables: LC_ALL, then LC_MESSAGES, then LANG; the first that is set decides. */
export function languageOf(env: Record<string, string | undefined>): Language {
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').toLowerCase().startsWith('es') ? 'es' : 'en';
}

/** The language of this run. */
export function ownLanguage(): Language {
  return languageOf(process.env);
}

/** The text in the language of this run. */
export function say(english: string, spanish: string): string {
  return ownLanguage() === 'es' ? spanish : english;
}
