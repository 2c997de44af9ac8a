import type { Collection, Filter } from 'mongodb'
import type { ConnectionDirectory } from '../connections/connection-directory.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import { laneStates } from '../deliveries/delivery-state.ts'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import type { Leases } from '../platform/leases.ts'
import type { Logger } from '../platform/logger.ts'
import type { DestinationHealth } from './destination-health.ts'
import { canProbe } from './dispatcher.ts'
import type { Dispatcher } from './dispatcher.ts'

export interface DueWorkDeps {
  deliveries: Collection<DeliveryDoc>
  connections: Pick<ConnectionDirectory, 'byId'>
  dispatcher: Dispatcher
  leases: Pick<Leases, 'held' | 'holds'>
  health: DestinationHealth
  /** True where a `sending` delivery found at take-over cannot have a living sender. */
  exclusive: boolean
  now: () => Date
  log: Logger
  /** Asks the vendor whether a doubtful delivery arrived. */
  confirm: (doc: DeliveryDoc) => Promise<void>
  /** Makes what follows a delivery that has arrived. */
  followUp: (doc: DeliveryDoc) => Promise<void>
  /** Adds what a delivery was given up for. */
  replace: (doc: DeliveryDoc) => Promise<void>
  /** Gives up what was parked too long. */
  expire: (doc: DeliveryDoc) => Promise<void>
}

/** Wakes what waits: rows whose time has come, lanes whose head left, destinations that may have healed. */
export interface DueWork {
  /** A partition's open deliveries have to be looked through before anything else of it. */
  take(partition: number): void
  scan(): Promise<void>
  /** Looks for what no due time points to. */
  sweep(): Promise<void>
}

const PAGE = 500
/** More than can be in memory and due at the same time, so that nothing in memory hides what is not. */
const READ_MAX = 20_000
const LANE_PAGE = 50
const UNPARK_PAGE = 1_000
/** So often one of a connection's deliveries that were refused is tried again. */
const REFUSED_AGAIN_MS = 15 * 60_000
/** One person can have any number of deliveries waiting. */
const ROWS_PAGE = 2_000

export function createDueWork(deps: DueWorkDeps): DueWork {
  const { deliveries, connections, dispatcher, leases, health, now, log } = deps
  const taken = new Set<number>()
  /** Which of a connection's refused deliveries this process has tried last, and when. */
  const tried = new Map<string, { at: Date; position: number }>()
  let scanning: Promise<void> | undefined

  async function run(): Promise<void> {
    if (taken.size > 0) await lookThrough()
    dispatcher.keepUp()
    for (const connectionId of await health.refresh()) await unpark(connectionId)
    await probe()
    await wakeDue()
  }

  /** Learns which lanes of newly taken partitions have open deliveries, and sets their heads going. */
  async function lookThrough(): Promise<void> {
    const partitions = [...taken]
    taken.clear()
    try {
      await learnLanes(partitions)
    } catch (err) {
      for (const partition of partitions) taken.add(partition)
      throw err
    }
    for (const partition of partitions) {
      // One that was lost meanwhile has to be looked through again if it comes back.
      if (leases.holds(partition) && !taken.has(partition)) dispatcher.lookedThrough(partition)
    }
  }

  async function learnLanes(partitions: readonly number[]): Promise<void> {
    if (deps.exclusive) {
      await deliveries.updateMany(
        { open: true, state: 'sending', partition: { $in: [...partitions] } },
        { $set: { dueAt: now() } },
        { hint: OPEN_ONLY },
      )
    }
    const rows = deliveries
      .find(
        { open: true, partition: { $in: [...partitions] } },
        { projection: { lane: 1, state: 1, dueAt: 1 } },
      )
      .sort({ lane: 1, position: 1 })
    let lane: string | undefined
    const heads: string[] = []
    for await (const row of rows) {
      if (row.lane === lane) continue
      lane = row.lane
      if (!dispatcher.isActive(lane)) dispatcher.stalled.add(lane)
      if (row.state === 'queued' && !row.dueAt) heads.push(row._id)
    }
    await setDue(heads)
  }

  async function setDue(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await deliveries.updateMany({ _id: { $in: [...ids] }, state: 'queued' }, { $set: { dueAt: now() } })
  }

  async function wakeDue(): Promise<void> {
    const rows = await findDue()
    const lanes = new Set<string>(dispatcher.toWake())
    for (const { lane, state } of rows) if (laneWaits(state)) lanes.add(lane)
    await end(rows.flatMap(({ _id, state }) => (laneWaits(state) ? [] : [_id])))
    await wakeLanes([...lanes])
  }

  /**
   * A page of what is due and not in hand already. What waits in memory for its vendor's rate limit stays due and comes
   * first, so reading goes on past it. What has left its lane is seen to even while a later delivery of it is under way.
   */
  async function findDue(): Promise<DueRow[]> {
    const found: DueRow[] = []
    const saturated = dispatcher.saturated()
    const rows = deliveries
      .find(
        {
          state: { $in: withDueTime },
          dueAt: { $lte: now() },
          ...mine(),
          ...(saturated.length > 0 ? { connectionId: { $nin: saturated } } : {}),
        },
        { projection: { lane: 1, state: 1 }, batchSize: PAGE },
      )
      .sort({ dueAt: 1 })
      .limit(READ_MAX)
    for await (const row of rows) {
      if (hasLeftLane(row) || !dispatcher.isActive(row.lane)) found.push(row)
      if (found.length === PAGE) break
    }
    return found
  }

  /** Deliveries whose time has come for something else than being sent. */
  async function end(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    for (const row of await deliveries.find({ _id: { $in: [...ids] }, dueAt: { $lte: now() } }).toArray()) {
      try {
        await seeTo(row)
      } catch (err) {
        // It stays due. All that comes after it would otherwise wait for as long as this one cannot be seen to.
        log.error({ stage: 'delivery.not_seen_to', delivery: row._id, state: row.state, err })
      }
    }
  }

  async function seeTo(row: DeliveryDoc): Promise<void> {
    if (row.state === 'unconfirmed') await deps.confirm(row)
    else if (row.state === 'delivered') await deps.followUp(row)
    else if (row.state === 'cancelled') await deps.replace(row)
    else if (row.state === 'sending') await dispatcher.interrupted(row)
    else if (row.state === 'parked') await deps.expire(row)
  }

  /** Puts lanes into the dispatcher's hands whose head may go; followers are told to wait for it. */
  async function wakeLanes(lanes: readonly string[]): Promise<void> {
    let rest = lanes.toSorted()
    while (rest.length > 0) {
      dispatcher.reading(rest)
      const rows = await deliveries
        .find({ lane: { $in: rest }, open: true })
        .sort({ lane: 1, position: 1 })
        .limit(ROWS_PAGE)
        .toArray()
      await takeUp(rows)
      // Where there were more rows than are read at once, the last lane was cut short and those behind it are missing.
      const read = rows.length < ROWS_PAGE ? rest : rest.filter((lane) => lane <= rows.at(-1)!.lane)
      const found = new Set(rows.map((row) => row.lane))
      for (const lane of read) if (!found.has(lane)) dispatcher.foundNothing(lane)
      rest = rest.slice(read.length)
    }
  }

  async function takeUp(rows: readonly DeliveryDoc[]): Promise<void> {
    const early: string[] = []
    for (const [lane, open] of groupByLane(rows)) {
      const [head] = open
      if (!head || dispatcher.isActive(lane)) continue
      if (!leases.holds(head.partition)) {
        dispatcher.stalled.delete(lane)
        continue
      }
      const isCut = open.length > LANE_PAGE || (rows.length === ROWS_PAGE && rows.at(-1)!.lane === lane)
      if (mayGo(head)) dispatcher.takeUp(open.slice(0, LANE_PAGE), isCut)
      else early.push(...open.slice(1).flatMap((row) => (row.dueAt ? [row._id] : [])))
    }
    if (early.length > 0) {
      await deliveries.updateMany({ _id: { $in: early }, state: 'queued' }, { $unset: { dueAt: 1 } })
    }
  }

  function mayGo({ state, dueAt }: DeliveryDoc): boolean {
    if (state === 'queued') return !dueAt || dueAt <= now()
    return state === 'retrying' && dueAt !== undefined && dueAt <= now()
  }

  async function probe(): Promise<void> {
    const candidates = new Map<string, DeliveryDoc>()
    const claimed = await health.claimProbes(async (connectionId) => {
      const inTheWay = dispatcher.blockedBy(await connections.byId(connectionId))
      if (inTheWay && !canProbe(inTheWay)) return false
      const oldest = await deliveries.findOne(
        { connectionId, open: true, state: 'parked', ...mine() },
        { sort: { position: 1 } },
      )
      if (oldest) candidates.set(connectionId, oldest)
      return oldest !== null
    })
    for (const connectionId of claimed) {
      const head = candidates.get(connectionId)
      if (head) await takeUpProbe(head)
    }
  }

  async function takeUpProbe({ lane }: DeliveryDoc): Promise<void> {
    if (dispatcher.isActive(lane)) return
    dispatcher.reading([lane])
    const rows = await deliveries
      .find({ lane, open: true })
      .sort({ position: 1 })
      .limit(LANE_PAGE + 1)
      .toArray()
    dispatcher.takeUp(rows.slice(0, LANE_PAGE), rows.length > LANE_PAGE, true)
  }

  /**
   * Lets go what is parked although nothing is in its way: it was parked by a process that did not know of it yet or
   * died in between, or its connection is gone. What the vendor itself refused is tried one at a time.
   */
  async function letGo(connectionId: string): Promise<void> {
    const open = await connections.byId(connectionId)
    if (dispatcher.blockedBy(open)) return
    await unpark(connectionId, open ? { reason: { $not: REFUSED } } : {})
    if (open) await tryRefused(connectionId)
  }

  /** In turn, since one may be refused for good while the vendor would take the others. */
  async function tryRefused(connectionId: string): Promise<void> {
    const last = tried.get(connectionId)
    if (last && isRecent(last.at)) return
    for (const after of [last?.position ?? -1, -1]) {
      const next = await deliveries.findOne(
        { connectionId, open: true, state: 'parked', position: { $gt: after }, ...mine() },
        { sort: { position: 1 } },
      )
      if (!next || isRecent(next.updatedAt)) continue
      tried.set(connectionId, { at: now(), position: next.position })
      return takeUpProbe(next)
    }
  }

  /** Of a time in the future, the clock has been put right since. */
  function isRecent(at: Date): boolean {
    const ago = now().getTime() - at.getTime()
    return ago >= 0 && ago < REFUSED_AGAIN_MS
  }

  /** Each is found in one step over the index, however much is parked there. */
  async function findParked(): Promise<string[]> {
    const found: string[] = []
    for (;;) {
      const row = await deliveries.findOne(
        { connectionId: { $gt: found.at(-1) ?? '' }, open: true, state: 'parked', ...mine() },
        { projection: { connectionId: 1 }, sort: { connectionId: 1 }, hint: 'waiting_of_connection' },
      )
      if (!row) return found
      found.push(row.connectionId)
    }
  }

  async function unpark(connectionId: string, only?: Filter<DeliveryDoc>): Promise<void> {
    for (;;) {
      const rows = await deliveries
        .find({ connectionId, open: true, state: 'parked', ...mine(), ...only }, { projection: { _id: 1 } })
        .limit(UNPARK_PAGE)
        .toArray()
      if (rows.length === 0) return
      await deliveries.updateMany(
        { _id: { $in: rows.map((row) => row._id) }, state: 'parked' },
        { $set: { state: 'queued', dueAt: now() }, $unset: { reason: 1 } },
      )
    }
  }

  function mine(): Filter<DeliveryDoc> {
    return { partition: { $in: leases.held() } }
  }

  return {
    take: (partition) => void taken.add(partition),
    scan() {
      scanning ??= run().finally(() => {
        scanning = undefined
      })
      return scanning
    },
    async sweep() {
      // A wake-up that was lost between two writes of a process that died.
      const rows = await deliveries
        .find(
          { open: true, state: 'queued', dueAt: { $exists: false }, ...mine() },
          { projection: { lane: 1 }, hint: OPEN_ONLY },
        )
        .limit(UNPARK_PAGE)
        .toArray()
      await wakeLanes([...new Set(rows.map((row) => row.lane))].filter((lane) => !dispatcher.isActive(lane)))
      for (const connectionId of await findParked()) await letGo(connectionId)
    },
  }
}

type DueRow = Pick<DeliveryDoc, '_id' | 'lane' | 'state'>

/** The index that holds nothing but open deliveries: no database takes it by itself for a question without a lane. */
const OPEN_ONLY = { lane: 1, position: 1 } as const

/** The states with a time at which something has to be done; the index over due times begins with them. */
const withDueTime: DeliveryState[] = [...laneStates, 'unconfirmed', 'delivered', 'cancelled']

/** As stored: the reason of deliveries that were refused themselves. All others wait for what is in everybody's way. */
const REFUSED = /^\{"code":"connection_must_be_fixed"/

function laneWaits(state: DeliveryDoc['state']): boolean {
  return state === 'queued' || state === 'retrying'
}

function hasLeftLane({ state }: Pick<DeliveryDoc, 'state'>): boolean {
  return !laneStates.includes(state)
}

function groupByLane(rows: readonly DeliveryDoc[]): Map<string, DeliveryDoc[]> {
  return Map.groupBy(rows, (row) => row.lane)
}
