import { withoutBlanks, z } from '#sdk'
import type { ContactDraft } from '#sdk'
import { maybeText } from './fact.ts'

export const address = z
  .looseObject({
    line1: maybeText,
    line2: maybeText,
    city: maybeText,
    state: maybeText,
    postal_code: maybeText,
    country: maybeText,
  })
  .nullish()

interface Person {
  id?: string | null
  email?: string | null
  name?: string | null
  phone?: string | null
  address?: z.output<typeof address>
  locale?: string | null
  fields?: Record<string, unknown> | null
}

/** A person as Stripe knows one. The name stays whole: Stripe does not say which part of it is which. */
export function contactOf({ id, email, name, phone, address: at, locale, fields }: Person): ContactDraft {
  const street = [at?.line1, at?.line2].filter(Boolean).join(', ')
  return withoutBlanks({
    external_id: id,
    email,
    full_name: name,
    phone,
    // `auto` is a setting of the payment page and not a language.
    locale: locale === 'auto' ? undefined : locale,
    address: {
      street,
      city: at?.city,
      region: at?.state,
      postal_code: at?.postal_code,
      country: at?.country,
    },
    fields,
  })
}
