import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from './en.json'

/**
 * The words of the page. English is the source, and what is missing elsewhere falls back to it. Keys name a meaning,
 * `flow.paused.connection`, so that a sentence can be changed without touching a page.
 */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    returnNull: false,
    // Some sentences have room for what not every case has.
    missingInterpolationHandler: () => '',
  })
}
