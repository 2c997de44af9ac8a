import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { ContactDraft } from '#sdk'
import type { Identity } from './contact-store.ts'

export type Claim = Pick<Identity, 'type' | 'namespace' | 'value'>

const E164 = /^\+[1-9]\d{6,14}$/
/** The zero that is dialled inside a country only: `+44 (0)20 …` is `+44 20 …`, but `+39 (0)6 …` keeps it. */
const TRUNK_ZERO = /\(\s*0\s*\)/
/** Nothing longer is an id of anybody: a contact keeps all of its names. */
const ID_CHARS_MAX = 500
const ADDRESS = /^[^\s@]+@[^\s@]+$/

/**
 * The names by which a draft can be recognised, strongest first: the vendor's own id, the email address, the phone
 * number, the browser's id. Vendor ids count within one connection, addresses everywhere.
 */
export function identitiesOf(draft: ContactDraft | undefined, connectionId: string): Claim[] {
  if (!draft) return []
  const claims: Claim[] = []
  if (isId(draft.external_id))
    claims.push({ type: 'external_id', namespace: connectionId, value: draft.external_id })
  const email = normalEmail(draft.email)
  if (email) claims.push({ type: 'email', namespace: '', value: email })
  const phone = normalPhone(draft.phone, draft.address?.country)
  if (phone) claims.push({ type: 'phone', namespace: '', value: phone })
  if (isId(draft.anonymous_id))
    claims.push({ type: 'anonymous_id', namespace: connectionId, value: draft.anonymous_id })
  return claims
}

function isId(id: string | undefined): id is string {
  return id !== undefined && id !== '' && id.length <= ID_CHARS_MAX
}

/** Lower case, without the blanks around it; `undefined` where it cannot be an address. */
export function normalEmail(email: string | undefined): string | undefined {
  const text = email?.trim().toLowerCase()
  return text && text.length <= 320 && ADDRESS.test(text) ? text : undefined
}

/** E.164; a national number needs the country it is from. `undefined` where the number cannot be told. */
export function normalPhone(phone: string | undefined, country: string | undefined): string | undefined {
  if (!phone) return undefined
  const bare = phone.replace(/[\s().\-/]/g, '')
  if (E164.test(bare) && !TRUNK_ZERO.test(phone)) return bare
  const region = country?.toUpperCase()
  const parsed = parsePhoneNumberFromString(phone, region && isSupportedCountry(region) ? region : undefined)
  return parsed?.isPossible() ? parsed.number : undefined
}
