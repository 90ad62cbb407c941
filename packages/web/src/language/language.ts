// Which language the page speaks: the reader's choice, else the browser's, else English.
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type en from './en.json';

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

/** The language that the page speaks now. */
export function usePageLanguage(): PageLanguage {
  return chooseLanguage([useTranslation().i18n.language]);
}

/** Only the texts of the language that is spoken are fetched. */
const texts = { en: () => import('./en.json'), es: () => import('./es.json') };

async function loadTexts(language: PageLanguage): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  i18next.addResourceBundle(language, 'translation', (await texts[language]()).default);
}

export async function startLanguage(): Promise<void> {
  const chosen = localStorage.getItem(storageKey);
  const language = chooseLanguage([...(chosen ? [chosen] : []), ...navigator.languages]);
  i18next.on('languageChanged', (spoken) => {
    document.documentElement.lang = spoken;
  });
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: (await texts[language]()).default } },
    // React escapes.
    interpolation: { escapeValue: false },
  });
}

export async function changeLanguage(language: PageLanguage): Promise<void> {
  await loadTexts(language);
  localStorage.setItem(storageKey, language);
  await i18next.changeLanguage(language);
}
