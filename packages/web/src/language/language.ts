// Which language the page speaks: the reader's choice, else the browser's, else English.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };

export const pageLanguages = ['en', 'es'] as const;
export type PageLanguage = (typeof pageLanguages)[number];
/** Each in its own language. */
export const languageNames = { en: 'English', es: 'Español' } as const;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const storageKey = 'relevo.language';

/** The first of `wanted` (tags as `es-AR`) that the pages speak. */
export function chooseLanguage(wanted: readonly string[]): PageLanguage {
  for (const tag of wanted) {
    const found = pageLanguages.find((language) => language === tag.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return 'en';
}

export async function startLanguage(): Promise<void> {
  const chosen = localStorage.getItem(storageKey);
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(initReactI18next).init({
    lng: chooseLanguage([...(chosen ? [chosen] : []), ...navigator.languages]),
    fallbackLng: 'en',
    resources: { en: { translation: en }, es: { translation: es } },
    // React escapes.
    interpolation: { escapeValue: false },
  });
}

export async function changeLanguage(language: PageLanguage): Promise<void> {
  localStorage.setItem(storageKey, language);
  await i18next.changeLanguage(language);
}
