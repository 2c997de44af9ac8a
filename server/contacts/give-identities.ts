import type { WorkspaceDeps } from '../deps.ts'
import type { Claim } from './contact-identities.ts'
import { identityKey } from './contact-store.ts'
import type { Contact, Identity } from './contact-store.ts'

const TRIES = 10

type Deps = Pick<WorkspaceDeps, 'contacts' | 'contactChanges' | 'now'>

interface Gift {
  claims: readonly Claim[]
  /** Who has them from now on. */
  contactId: string
  /** What showed that they belong together. */
  eventId: string
  /** Who decided it. */
  source: string
}

/**
 * Makes identifiers one contact's, whoever has them now. No two contacts can have one at the same time, so they are
 * taken first and given then; run again after a crash in between, it finds them free and gives them.
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
  for (const owner of await deps.contacts.findByIdentities([...keys])) {
    if (owner.id === gift.contactId) continue
    const lost = owner.identities.filter((identity) => keys.has(identityKey(identity)))
    const left = owner.identities.filter((identity) => !keys.has(identityKey(identity)))
    if (!(await save(deps, gift, owner, left, lost, 'lost'))) return false
  }
  const contact = await deps.contacts.find(gift.contactId)
  if (!contact) return true
  const known = new Set(contact.identities.map(identityKey))
  const firstSeenAt = deps.now()
  const gained = gift.claims
    .filter((claim) => !known.has(identityKey(claim)))
    .map((claim): Identity => ({ ...claim, firstSeenAt, source: gift.source }))
  if (gained.length === 0) return true
  return save(deps, gift, contact, [...contact.identities, ...gained], gained, 'gained')
}

async function save(
  deps: Deps,
  { eventId, source }: Gift,
  before: Contact,
  identities: Identity[],
  moved: readonly Identity[],
  way: 'lost' | 'gained',
): Promise<boolean> {
  const at = deps.now()
  const { email: _email, phone: _phone, ...rest } = before
  const after: Contact = {
    ...rest,
    ...addresses(before, identities),
    identities,
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
    changes: moved.map(({ type, value }) => ({
      field: `identity.${type}`,
      old: way === 'lost' ? value : null,
      new: way === 'lost' ? null : value,
    })),
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
