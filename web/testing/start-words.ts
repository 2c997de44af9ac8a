import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import i18next from 'i18next'

/** The page's own words, for tests of what it says. */
export async function startWords(): Promise<void> {
  const catalogue = join(import.meta.dirname, '..', 'i18n', 'en.json')
  const translation = JSON.parse(readFileSync(catalogue, 'utf8'))
  await i18next.init({ lng: 'en', resources: { en: { translation } }, interpolation: { escapeValue: false } })
}
