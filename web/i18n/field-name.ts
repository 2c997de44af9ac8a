import i18next from 'i18next'
import { wordOf } from './word-of.ts'

/**
 * What a field of an event, of a contact or of a vendor is called in front of people: `order_id` is “Order ID”. The
 * catalogue has words for names that would say little when they are only spelled apart (`field.<name>`).
 */
export function fieldName(name: string): string {
  const known = wordOf('field', name, {}, '')
  if (known !== '') return known
  const amount = /^(.+)_minor$/.exec(name)?.[1]
  if (amount !== undefined) return i18next.t('fieldMinor', { name: fieldName(amount) })
  const words = isOneWord(name) ? name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase() : name
  const plain = words.replaceAll(/[_-]+/g, ' ').trim()
  if (plain === '') return name
  return capital(plain.replaceAll(abbreviations, (short) => short.toUpperCase()))
}

/** The same within a sentence: “the order ID”. */
export function fieldNameInside(name: string): string {
  const words = fieldName(name)
  return /^\p{Lu}\p{Lu}/u.test(words) ? words : words.charAt(0).toLowerCase() + words.slice(1)
}

/** Written in capitals wherever they stand. */
const abbreviations = /(?<!\S)(?:api|cpc|crm|csv|html|id|ip|json|nps|pdf|seo|sku|sms|url|utm|vat|vip)(?!\S)/gi

/** `firstName`, but not what a person wrote, such as “First Name” or “iPhone”. */
function isOneWord(name: string): boolean {
  return /^[a-z]{2,}[a-z0-9]*(?:[A-Z][a-z0-9]*)+$/.test(name)
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
