import type { Collection } from 'mongodb'
import type { EventDraft } from '#sdk'
import { applyDraft } from '../contacts/apply-draft.ts'
import type { ContactChangeDoc } from '../contacts/contact-change-store.ts'
import type { Claim } from '../contacts/contact-identities.ts'
import { identityKey, toContact, toContactDoc } from '../contacts/contact-store.ts'
import type { Contact, ContactDoc } from '../contacts/contact-store.ts'
import type { NewId } from '../platform/ids.ts'
import type { Database } from '../platform/mongo.ts'
import { DuplicateKey } from '../platform/writes.ts'
import type { GuardedUpdate } from '../platform/writes.ts'

export interface ToIdentify {
  eventId: string
  workspaceId: string
  connectionId: string
  receivedAt: Date
  draft: EventDraft
  /** The names by which the draft can be recognised, strongest first. */
  claims: readonly Claim[]
  /** Which replay of its receipt brings it; 0 for none. */
  replay: number
  /** The contact to whom this very fact has been told before. */
  toldTo?: string | undefined
}

/** Whose event it is: nobody's where it carries no identifier. */
export interface Identified {
  contact?: Contact
  /** Every contact that one of the identifiers belongs to, where there are several. */
  conflict?: string[]
}

export interface IdentifyDeps {
  contacts: Collection<ContactDoc>
  contactChanges: Collection<ContactChangeDoc>
  database: Pick<Database, 'reads' | 'writes'>
  newId: NewId
  now: () => Date
}

const TRIES = 10

/**
 * Finds or creates the contact of each event, in order, and lays the event's data over it. All identities of a new
 * contact are claimed in its one write. Where identifiers belong to several contacts nothing is taken from anybody.
 * If another process wrote one of the contacts meanwhile, the whole batch is worked out anew from what is stored.
 * `opened` is a desk for this batch, where one has been opened already.
 */
export async function identifyContacts(
  deps: IdentifyDeps,
  batch: readonly ToIdentify[],
  opened?: Desk,
): Promise<Identified[]> {
  for (let attempt = 1; ; attempt++) {
    const desk = attempt === 1 && opened ? opened : await openDesk(deps, batch)
    const results = batch.map((entry) => identifyOne(deps, desk, entry))
    // Each event goes on with the contact as it was when its turn came, not as later ones of the batch left it.
    if (await save(deps, desk)) return results
    if (attempt === TRIES) throw new Error('Contacts kept changing while they were being identified.')
  }
}

/** The contacts a batch touches, as they will be written. */
export interface Desk {
  byId: Map<string, { contact: Contact; storedRevision: number | undefined }>
  ownerOf: Map<string, string>
  changes: ContactChangeDoc[]
}

/** Reads the contacts that a batch may touch. */
export async function openDesk(
  { contacts, database }: Pick<IdentifyDeps, 'contacts' | 'database'>,
  batch: readonly ToIdentify[],
): Promise<Desk> {
  const keysByWorkspace = new Map<string, Set<string>>()
  for (const { workspaceId, claims } of batch) {
    const keys = keysByWorkspace.get(workspaceId) ?? new Set()
    for (const claim of claims) keys.add(identityKey(claim))
    keysByWorkspace.set(workspaceId, keys)
  }
  const desk: Desk = { byId: new Map(), ownerOf: new Map(), changes: [] }
  await Promise.all(
    [...keysByWorkspace].map(async ([workspaceId, keys]) => {
      if (keys.size === 0) return
      const docs = await database.reads.find(contacts, {
        workspaceId,
        identityKeys: { $in: [...keys] },
      })
      for (const doc of docs) {
        desk.byId.set(doc._id, { contact: toContact(doc), storedRevision: doc.revision })
        for (const key of doc.identityKeys) desk.ownerOf.set(ownerKey(workspaceId, key), doc._id)
      }
    }),
  )
  return desk
}

function identifyOne(deps: IdentifyDeps, desk: Desk, entry: ToIdentify): Identified {
  const { workspaceId, claims } = entry
  if (claims.length === 0) return {}

  const owned = claims.map((claim) => ({
    claim,
    owner: desk.ownerOf.get(ownerKey(workspaceId, identityKey(claim))),
  }))
  const owners = [...new Set(owned.flatMap(({ owner }) => owner ?? []))]
  const free = owned.flatMap(({ claim, owner }) => (owner ? [] : [claim]))
  const strongest = owned.find(({ owner }) => owner)
  const chosen = strongest?.owner ? desk.byId.get(strongest.owner)?.contact : undefined

  if (!chosen || isSomebodyElse(chosen, strongest?.claim, free)) {
    const contact = write(deps, desk, blankContact(deps, workspaceId), free, entry)
    return chosen ? { contact, conflict: [contact.id, ...owners] } : { contact }
  }
  const contact = write(deps, desk, chosen, free, entry)
  return owners.length > 1 ? { contact, conflict: owners } : { contact }
}

/**
 * A phone or a browser is shared by families and offices: a new email address that arrives with one is a new person,
 * as long as the known one has an email address already.
 */
function isSomebodyElse(contact: Contact, by: Claim | undefined, free: readonly Claim[]): boolean {
  const weak = by?.type === 'phone' || by?.type === 'anonymous_id'
  return weak && contact.email !== undefined && free.some(({ type }) => type === 'email')
}

function write(
  { now }: IdentifyDeps,
  desk: Desk,
  before: Contact,
  free: readonly Claim[],
  { eventId, workspaceId, connectionId, receivedAt, draft, claims, replay, toldTo }: ToIdentify,
): Contact {
  const at = now()
  const { contact, changes } = applyDraft(before, draft, { claims, free }, connectionId, {
    receivedAt,
    now: at,
    isRepeat: toldTo === before.id,
  })
  const known = desk.byId.get(contact.id)
  desk.byId.set(contact.id, { contact, storedRevision: known?.storedRevision })
  for (const claim of free) desk.ownerOf.set(ownerKey(workspaceId, identityKey(claim)), contact.id)
  if (changes.length > 0) {
    desk.changes.push({
      // Written once, however often a crash has it worked out; a replay may find out more, and that is another change.
      _id: `${eventId}/${contact.id}${replay === 0 ? '' : `/replay-${replay}`}`,
      workspaceId,
      contactId: contact.id,
      eventId,
      source: connectionId,
      revision: contact.revision,
      changes: JSON.stringify(changes),
      at,
    })
  }
  return contact
}

function blankContact({ newId, now }: IdentifyDeps, workspaceId: string): Contact {
  const at = now()
  return {
    id: newId('ctc'),
    workspaceId,
    identities: [],
    profile: {},
    tags: [],
    revision: 0,
    createdAt: at,
    updatedAt: at,
  }
}

/** False when somebody else got there first and the batch has to be worked out anew. */
async function save({ contacts, contactChanges, database }: IdentifyDeps, desk: Desk): Promise<boolean> {
  const { writes } = database
  const created: ContactDoc[] = []
  const changed: GuardedUpdate<ContactDoc>[] = []
  for (const { contact, storedRevision } of desk.byId.values()) {
    const doc = toContactDoc(contact)
    if (storedRevision === undefined) created.push(doc)
    else if (contact.revision !== storedRevision) changed.push(replacing(doc, storedRevision))
  }
  const [existing, updated] = await Promise.all([
    writes.insertNew(contacts, created, 'soon'),
    writes.updateEach(contacts, changed, 'soon').catch((err: unknown) => {
      // An identity that was free a moment ago has an owner now.
      if (err instanceof DuplicateKey) return [false]
      throw err
    }),
    writes.insertNew(contactChanges, desk.changes, 'soon'),
  ])
  return existing.size === 0 && !updated.includes(false)
}

function replacing({ _id, ...fields }: ContactDoc, revision: number): GuardedUpdate<ContactDoc> {
  return { guard: { _id, revision }, change: { $set: fields } }
}

function ownerKey(workspaceId: string, key: string): string {
  return `${workspaceId} ${key}`
}
