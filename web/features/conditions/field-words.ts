import i18next from 'i18next'
import { fieldNameInside } from '../../i18n/field-name.ts'

/**
 * A path in words: `event.properties.plan` is “plan”, `contact.address.city` is “the contact’s address city”. What it
 * cannot word stays as it is.
 */
export function fieldWords(path: string): string {
  if (path === 'event.occurred_at') return i18next.t('condition.field.occurredAt')
  const names = path.split('.')
  const rest = (from: number) =>
    names
      .slice(from)
      .map((name) => fieldNameInside(name.replaceAll('`', '')))
      .join(' ')
  if (path.startsWith('event.properties.') || path.startsWith('event.context.')) return rest(2)
  if (path.startsWith('event.contact.')) return i18next.t('condition.field.toldPerson', { name: rest(2) })
  if (path.startsWith('contact.fields.')) return i18next.t('condition.field.contact', { name: rest(2) })
  if (path.startsWith('contact.')) return i18next.t('condition.field.contact', { name: rest(1) })
  return path.startsWith('event.') ? rest(1) : path
}
