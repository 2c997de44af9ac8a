import { createHash } from 'node:crypto'
import type { FieldPrints } from '#sdk'
import { insertNew } from '../platform/insert-new.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** What was last heard of one thing at a vendor. */
export interface KnownThing {
  prints: FieldPrints
  /** Which side said so. */
  by: 'hook' | 'poll'
  /** The number of the receipt that said so. */
  number?: number
}

interface KnownThingDoc {
  _id: string
  connectionId: string
  /** JSON text: field names may be a vendor's words. Prints only, never contents. */
  prints: string
  by: 'hook' | 'poll'
  /** The number of the receipt that said so; an older one never overwrites it. */
  number: number
  at: Date
}

/** What was last heard of the things at a connection's vendor, by the vendor's own ids. */
export interface KnownThings {
  of(connectionId: string, ids: readonly string[]): Promise<Map<string, KnownThing>>
  learn(connectionId: string, things: ReadonlyMap<string, KnownThing>, number: number): Promise<void>
}

/** What stays the same is noted as heard of this often. */
const REFRESH_MS = 7 * 86_400_000
const CHUNK = 1_000

export function createKnownThings(database: DatabaseConnection, now: () => Date): KnownThings {
  const things = knownThingCollection(database)

  async function stored(connectionId: string, ids: readonly string[]): Promise<Map<string, KnownThingDoc>> {
    const byName = new Map(ids.map((id) => [nameOf(connectionId, id), id]))
    const names = [...byName.keys()]
    const found = new Map<string, KnownThingDoc>()
    for (let at = 0; at < names.length; at += CHUNK) {
      for (const doc of await things.find({ _id: { $in: names.slice(at, at + CHUNK) } }).toArray()) {
        found.set(byName.get(doc._id) ?? '', doc)
      }
    }
    return found
  }

  return {
    async of(connectionId, ids) {
      const docs = await stored(connectionId, ids)
      return new Map(
        [...docs].map(([id, { prints, by, number }]) => [id, { prints: JSON.parse(prints), by, number }]),
      )
    },
    async learn(connectionId, learned, number) {
      const at = now()
      const before = await stored(connectionId, [...learned.keys()])
      const docs = [...learned].map(([id, { prints, by }]): KnownThingDoc => ({
        _id: nameOf(connectionId, id),
        connectionId,
        prints: JSON.stringify(prints),
        by,
        number,
        at,
      }))
      const known = new Map([...before.values()].map((doc) => [doc._id, doc]))
      await insertNew(
        things,
        docs.filter(({ _id }) => !known.has(_id)),
      )
      const changed = docs.filter((doc) => differs(doc, known.get(doc._id)))
      if (changed.length === 0) return
      await things.bulkWrite(
        changed.map(({ _id, ...rest }) => ({
          updateOne: { filter: { _id, number: { $lte: number } }, update: { $set: rest } },
        })),
        { ordered: false },
      )
    },
  }

  function differs(doc: KnownThingDoc, before: KnownThingDoc | undefined): boolean {
    if (!before) return false
    const isOld = doc.at.getTime() - before.at.getTime() > REFRESH_MS
    return doc.prints !== before.prints || doc.by !== before.by || isOld
  }
}

export function knownThingCollection(database: DatabaseConnection) {
  return database.collection<KnownThingDoc>('known_things')
}

/** An external id may be of any length and hold anything. */
function nameOf(connectionId: string, id: string): string {
  return `${connectionId}/${createHash('sha256').update(id).digest('base64url').slice(0, 27)}`
}
