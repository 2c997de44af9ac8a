import type { Reason } from '../errors.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** Whether a connection's deliveries may be sent. `open` as in circuit breaker: nothing goes through but a probe. */
export interface Health {
  connectionId: string
  breaker: 'closed' | 'open'
  since: Date
  /** When the next probe is due. */
  probeAt?: Date
  probePauseMs?: number
  reason?: Reason
}

interface HealthDoc extends Omit<Health, 'connectionId' | 'reason'> {
  _id: string
  reason?: string
}

/** The circuit breakers of all connections, shared by all processes. */
export interface DestinationHealth {
  /** From memory; at most a second old. */
  isOpen(connectionId: string): boolean
  succeeded(connectionId: string): void
  /** Counts a failure that more than one contact suffers from; returns true if it opened the breaker. */
  failed(connectionId: string, contact: string, reason: Reason): Promise<boolean>
  /** Opens at once: the credentials no longer work. */
  refused(connectionId: string, reason: Reason): Promise<void>
  /** Connections whose probe is due and was claimed by this process. */
  claimProbes(mayProbe: (connectionId: string) => Promise<boolean>): Promise<string[]>
  /** After a successful probe or a person's repair. */
  close(connectionId: string): Promise<void>
  probeFailed(connectionId: string, reason: Reason): Promise<void>
  /** Reads what other processes decided; returns the connections that have healed since, here or there. */
  refresh(): Promise<string[]>
  of(connectionId: string): Promise<Health | undefined>
  /** Those of them whose breaker is open. */
  openAmong(connectionIds: readonly string[]): Promise<string[]>
}

const FAILURES_TO_OPEN = 5
const CONTACTS_TO_OPEN = 3
const PROBE_FIRST_MS = 30_000
const PROBE_MS_MAX = 15 * 60_000
/** A claimed probe that brings no answer is up for grabs again after this long. */
const PROBE_CLAIM_MS = 60_000

export function createDestinationHealth(database: DatabaseConnection, now: () => Date): DestinationHealth {
  const rows = database.collection<HealthDoc>('destination_health')
  const open = new Map<string, HealthDoc>()
  /** Closed by this process and not yet told of. */
  const healed = new Set<string>()
  const failures = new Map<string, { count: number; contacts: Set<string> }>()

  async function trip(connectionId: string, reason: Reason): Promise<void> {
    failures.delete(connectionId)
    if (open.has(connectionId)) return
    const since = now()
    const doc: HealthDoc = {
      _id: connectionId,
      breaker: 'open',
      since,
      probeAt: new Date(since.getTime() + PROBE_FIRST_MS),
      probePauseMs: PROBE_FIRST_MS,
      reason: JSON.stringify(reason),
    }
    open.set(connectionId, doc)
    const { _id, ...fields } = doc
    await rows
      .updateOne({ _id, breaker: { $ne: 'open' } }, { $set: fields }, { upsert: true })
      .catch((err: unknown) => {
        // Another process opened it in the same moment.
        if (!(err instanceof Error && 'code' in err && err.code === 11000)) throw err
      })
  }

  return {
    isOpen: (connectionId) => open.has(connectionId),
    succeeded: (connectionId) => void failures.delete(connectionId),
    async failed(connectionId, contact, reason) {
      const counted = failures.get(connectionId) ?? { count: 0, contacts: new Set() }
      counted.count++
      counted.contacts.add(contact)
      failures.set(connectionId, counted)
      if (counted.count < FAILURES_TO_OPEN || counted.contacts.size < CONTACTS_TO_OPEN) return false
      await trip(connectionId, reason)
      return true
    },
    refused: trip,
    async claimProbes(mayProbe) {
      const at = now()
      const claimed: string[] = []
      for (const { _id, probeAt } of open.values()) {
        if (!probeAt || !hasCome(probeAt, at) || !(await mayProbe(_id))) continue
        const until = new Date(at.getTime() + PROBE_CLAIM_MS)
        const { modifiedCount } = await rows.updateOne(
          { _id, breaker: 'open', probeAt },
          { $set: { probeAt: until } },
        )
        const known = open.get(_id)
        if (known) open.set(_id, { ...known, probeAt: until })
        if (modifiedCount === 1) claimed.push(_id)
      }
      return claimed
    },
    async close(connectionId) {
      open.delete(connectionId)
      failures.delete(connectionId)
      await rows.updateOne(
        { _id: connectionId, breaker: 'open' },
        { $set: { breaker: 'closed', since: now() }, $unset: { probeAt: 1, probePauseMs: 1, reason: 1 } },
      )
      healed.add(connectionId)
    },
    async probeFailed(connectionId, reason) {
      const pause = Math.min(2 * (open.get(connectionId)?.probePauseMs ?? PROBE_FIRST_MS), PROBE_MS_MAX)
      const change = {
        probeAt: new Date(now().getTime() + pause),
        probePauseMs: pause,
        reason: JSON.stringify(reason),
      }
      const known = open.get(connectionId)
      if (known) open.set(connectionId, { ...known, ...change })
      await rows.updateOne({ _id: connectionId, breaker: 'open' }, { $set: change })
    },
    async refresh() {
      const docs = await rows.find({ breaker: 'open' }).toArray()
      const before = new Set([...open.keys(), ...healed])
      healed.clear()
      open.clear()
      for (const doc of docs) open.set(doc._id, doc)
      return [...before].filter((connectionId) => !open.has(connectionId))
    },
    async of(connectionId) {
      const doc = await rows.findOne({ _id: connectionId })
      if (!doc) return undefined
      const { _id, reason, ...rest } = doc
      return { connectionId: _id, ...rest, ...(reason ? { reason: JSON.parse(reason) } : {}) }
    },
    openAmong: async (connectionIds) =>
      (await rows.find({ _id: { $in: [...connectionIds] }, breaker: 'open' }).toArray()).map(
        ({ _id }) => _id,
      ),
  }
}

/** No pause is nearly as long as twice the longest: such a time was set by a clock that has been put right since. */
function hasCome(probeAt: Date, now: Date): boolean {
  return probeAt <= now || probeAt.getTime() - now.getTime() > 2 * PROBE_MS_MAX
}
