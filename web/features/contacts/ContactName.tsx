import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { shortened } from '../../ui/shortened.ts'

export const ContactNameFields = graphql(`
  fragment ContactNameFields on Contact {
    id
    email
    phone
    identities {
      value
    }
    fields {
      name
      value
    }
  }
`)

/** A person by the best name there is, as a link to their page. */
export function ContactName({ contact }: { contact: FragmentOf<typeof ContactNameFields> }) {
  const { t } = useTranslation()
  const person = readFragment(ContactNameFields, contact)
  return (
    <Link to="/contacts/$contactId" params={{ contactId: person.id }}>
      {contactWords(contact) ?? t('contact.unnamed')}
    </Link>
  )
}

/** Their name, else an address, else whatever some tool calls them. */
export function contactWords(contact: FragmentOf<typeof ContactNameFields>): string | undefined {
  const { email, phone, identities, fields } = readFragment(ContactNameFields, contact)
  const field = (name: string) => {
    const value = fields.find((each) => each.name === name)?.value
    return typeof value === 'string' && isVisible(value) ? value : ''
  }
  const name = field('full_name') || [field('first_name'), field('last_name')].filter(Boolean).join(' ')
  const best = name || email || phone || identities.find(({ value }) => isVisible(value))?.value
  return best && shortened(best, 80)
}

/** A name of nothing but spaces and marks that take no room would be a link that nobody can see. */
function isVisible(text: string): boolean {
  return /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(text)
}
