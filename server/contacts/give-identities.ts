import type { WorkspaceDeps } from '../deps.ts'
import type { ContactChange } from './contact-change-store.ts'
import { normalEmail, normalPhone } from './contact-identities.ts'
import type { Claim } from './contact-identities.ts'
import { identityKey } from './contact-store.ts'
import type { Contact, Identity } from './contact-store.ts'

const TRIES = 10

type Deps = Pick<WorkspaceDeps, 'contacts' | 'contactChanges' | 'now'>

interface Gift {
  claims: readonly Claim[]
  /** Who has them from now on. */
  contactId: string
  /** Who else may hold them as what is known of them, without having them. */
  others: readonly string[]
  /** What showed that they belong together. */
  eventId: string
  /** Who decided it. */
  source: string
}

/**
 * Makes identifiers one contact's, whoever has them now; nobody else goes on being written to at such an address. No two
 * contacts can have one at the same time, so they are taken first and given then; run again after a crash in between, it
 * finds them free and gives them.
 */
export async function giveIdentities(deps: Deps, gift: Gift): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (await tryToGive(deps, gift)) return
  }
  throw new Error('Contacts kept changing while identifiers were given to one of them.')
}

/** False where somebody else wrote one of the contacts meanwhile. */
async function tryToGive(deps: Deps, gift: Gift): Promise<boolean> {
  const keys = new Set(gift.claims.map(identityKey))
  const [owners, others] = await Promise.all([
    deps.contacts.findByIdentities([...keys]),
    deps.contacts.findMany(gift.others),
  ])
  for (const loser of new Map([...owners, ...others].map((contact) => [contact.id, contact])).values()) {
    if (loser.id !== gift.contactId && !(await take(deps, gift, loser, keys))) return false
  }
  const contact = await deps.contacts.find(gift.contactId)
  if (!contact) return true
  const known = new Set(contact.identities.map(identityKey))
  const firstSeenAt = deps.now()
  const gained = gift.claims
    .filter((claim) => !known.has(identityKey(claim)))
    .map((claim): Identity => ({ ...claim, firstSeenAt, source: gift.source }))
  if (gained.length === 0) return true
  const changes = gained.map(({ type, value }) => ({ field: `identity.${type}`, old: null, new: value }))
  return save(deps, gift, contact, { identities: [...contact.identities, ...gained] }, changes)
}

function take(deps: Deps, gift: Gift, loser: Contact, keys: ReadonlySet<string>): Promise<boolean> {
  const left = loser.identities.filter((identity) => !keys.has(identityKey(identity)))
  const lost = loser.identities.filter((identity) => keys.has(identityKey(identity)))
  const profile = profileWithout(loser, gift.claims)
  const forgotten = Object.entries(loser.profile).filter(([field]) => !(field in profile))
  const changes = [
    ...lost.map(({ type, value }) => ({ field: `identity.${type}`, old: value, new: null })),
    ...forgotten.map(([field, { value }]) => ({ field, old: value, new: null })),
  ]
  if (changes.length === 0) return Promise.resolve(true)
  return save(deps, gift, loser, { identities: left, profile }, changes)
}

/** What is known of somebody without the addresses that are somebody else's: mappings fall back to it. */
function profileWithout({ profile }: Contact, claims: readonly Claim[]): Contact['profile'] {
  const text = (field: string) => {
    const value = profile[field]?.value
    return typeof value === 'string' ? value : undefined
  }
  const spoken = {
    email: normalEmail(text('email')),
    phone: normalPhone(text('phone'), text('address.country')),
  }
  const isTaken = (field: string) =>
    claims.some(
      ({ type, value }) => type === field && (type === 'email' || type === 'phone') && spoken[type] === value,
    )
  return Object.fromEntries(Object.entries(profile).filter(([field]) => !isTaken(field)))
}

async function save(
  deps: Deps,
  { eventId, source }: Gift,
  before: Contact,
  made: Pick<Contact, 'identities'> & Partial<Pick<Contact, 'profile'>>,
  changes: ContactChange['changes'],
): Promise<boolean> {
  const at = deps.now()
  const { email: _email, phone: _phone, ...rest } = before
  const after: Contact = {
    ...rest,
    ...addresses(before, made.identities),
    ...made,
    revision: before.revision + 1,
    updatedAt: at,
  }
  if (!(await deps.contacts.replace(after, before.revision))) return false
  await deps.contactChanges.add({
    id: `${eventId}/${after.id}/${after.revision}`,
    contactId: after.id,
    eventId,
    source,
    revision: after.revision,
    changes,
    at,
  })
  return true
}

/** The addresses shown as a contact's are among its own; another one takes the place of one that is lost. */
function addresses(
  { email, phone }: Contact,
  identities: readonly Identity[],
): Pick<Contact, 'email' | 'phone'> {
  const one = (type: Identity['type'], shown: string | undefined): string | undefined => {
    const values = identities.filter((identity) => identity.type === type).map(({ value }) => value)
    return shown !== undefined && values.includes(shown) ? shown : values[0]
  }
  const [mail, number] = [one('email', email), one('phone', phone)]
  return { ...(mail ? { email: mail } : {}), ...(number ? { phone: number } : {}) }
}
