import type { Connection } from 'mongoose'
import { PARTITIONS } from './partition.ts'

interface LeaseRow {
  _id: number
  owner: string
  until: Date
  token: number
}

/** One process's share of the work: which of the partitions it may write for, and until when. */
export interface Leases {
  /** Starts claiming; resolves after the first round, in which everything free has been taken. */
  start(): Promise<void>
  /** Renews at once what is due: after the machine slept, work goes on without waiting for the next round. */
  keepUp(): Promise<void>
  /** True while the lease on this partition outlasts `forMs` from now. */
  holds(partition: number, forMs?: number): boolean
  /** The fencing token of a held partition: every owner's is larger than the one before. */
  token(partition: number): number
  held(): number[]
  /** How many processes share the work, as of the last round. */
  processes(): number
  /** Gives everything back, so that another process needs not wait for the leases to run out. */
  stop(): Promise<void>
}

const LEASE_MS = 60_000
const RENEW_MS = 15_000
/** Free partitions are looked for this often: what a dead process left is taken soon after its lease ends. */
const CLAIM_MS = 2_000
const FREED = { $set: { until: new Date(0), owner: '' } }

/**
 * Shares the partitions among the live processes. Each holds its fair part; one that has more gives some back when a
 * newcomer shows up. A lease lasts 60 s and is renewed every 15 s. In `exclusive` mode no other process can exist, and
 * what a dead predecessor left is taken at once.
 */
export function createLeases(options: {
  connection: Connection
  processId: string
  exclusive: boolean
  now: () => Date
  onTake: (partition: number, token: number) => void
  /** Stops the work of a partition; resolves when none of it is under way any more. */
  onLose: (partition: number) => Promise<void>
}): Leases {
  const { connection, processId, exclusive, now, onTake, onLose } = options
  const rows = connection.collection<LeaseRow>('leases')
  const processes = connection.collection<{ _id: string; until: Date }>('processes')
  const held = new Map<number, { token: number; until: number }>()
  let timer: NodeJS.Timeout | undefined
  let lastRenewal = 0
  let stopped = false
  let sharers = 1

  let underWay: Promise<void> | undefined

  function round(): Promise<void> {
    underWay ??= renewAndClaim().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function renewAndClaim(): Promise<void> {
    const at = now()
    if (at.getTime() - lastRenewal >= RENEW_MS) await renew(at)
    dropExpired(at)
    if (!exclusive) sharers = await liveProcesses(at)
    const fair = Math.ceil(PARTITIONS / sharers)
    if (held.size > fair) await giveBack([...held.keys()].slice(fair))
    if (held.size < fair) await claim(at, fair - held.size)
  }

  async function renew(at: Date): Promise<void> {
    const until = new Date(at.getTime() + LEASE_MS)
    await processes.updateOne({ _id: processId }, { $set: { until } }, { upsert: true })
    const mine = [...held.keys()]
    if (mine.length > 0) {
      await rows.updateMany({ _id: { $in: mine }, owner: processId }, { $set: { until } })
      const still = await rows.find({ _id: { $in: mine }, owner: processId }).toArray()
      const kept = new Set(still.map((row) => row._id))
      for (const partition of mine) {
        if (!kept.has(partition)) lose(partition)
      }
      for (const row of still) held.set(row._id, { token: row.token, until: row.until.getTime() })
    }
    lastRenewal = at.getTime()
  }

  function dropExpired(at: Date): void {
    for (const [partition, lease] of held) {
      if (lease.until <= at.getTime()) lose(partition)
    }
  }

  function lose(partition: number): void {
    if (held.delete(partition)) void onLose(partition)
  }

  async function liveProcesses(at: Date): Promise<number> {
    return Math.max(1, await processes.countDocuments({ until: { $gt: at } }))
  }

  async function giveBack(partitions: number[]): Promise<void> {
    await Promise.all(partitions.map(onLose))
    for (const partition of partitions) held.delete(partition)
    await rows.updateMany({ _id: { $in: partitions }, owner: processId }, FREED)
  }

  async function claim(at: Date, wanted: number): Promise<void> {
    const known = await rows.find({}).toArray()
    const byId = new Map(known.map((row) => [row._id, row]))
    const free = Array.from({ length: PARTITIONS }, (_, partition) => partition).filter((partition) => {
      if (held.has(partition)) return false
      const row = byId.get(partition)
      return !row || exclusive || row.until <= at || row.owner === processId
    })
    await Promise.all(free.slice(0, wanted).map((partition) => take(partition, byId.get(partition), at)))
  }

  async function take(partition: number, seen: LeaseRow | undefined, at: Date): Promise<void> {
    const until = new Date(at.getTime() + LEASE_MS)
    const token = (seen?.token ?? 0) + 1
    if (seen) {
      const { modifiedCount } = await rows.updateOne(
        { _id: partition, token: seen.token },
        { $set: { owner: processId, until, token } },
      )
      if (modifiedCount === 0) return
    } else if (!(await inserted({ _id: partition, owner: processId, until, token }))) {
      return
    }
    held.set(partition, { token, until: until.getTime() })
    onTake(partition, token)
  }

  async function inserted(row: LeaseRow): Promise<boolean> {
    const { upsertedCount } = await rows.updateOne(
      { _id: row._id },
      { $setOnInsert: { owner: row.owner, until: row.until, token: row.token } },
      { upsert: true },
    )
    return upsertedCount === 1
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(() => {
      // A round that fails (the database is away) is tried again; meanwhile the leases run out by themselves.
      void round()
        .catch(() => dropExpired(now()))
        .finally(schedule)
    }, CLAIM_MS)
    timer.unref()
  }

  return {
    async start() {
      await round()
      schedule()
    },
    async keepUp() {
      if (!stopped && now().getTime() - lastRenewal >= RENEW_MS) await round()
    },
    holds(partition, forMs = 0) {
      const lease = held.get(partition)
      return lease !== undefined && lease.until - now().getTime() > forMs
    },
    token: (partition) => held.get(partition)?.token ?? 0,
    held: () => [...held.keys()],
    processes: () => sharers,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await giveBack([...held.keys()])
      await processes.deleteOne({ _id: processId })
    },
  }
}

/** Frees what a process that has ended still holds: without this its share would wait for its leases to run out. */
export async function freeLeasesOf(connection: Connection, processId: string): Promise<void> {
  await connection.collection<LeaseRow>('leases').updateMany({ owner: processId }, FREED)
  await connection.collection<{ _id: string }>('processes').deleteOne({ _id: processId })
}
