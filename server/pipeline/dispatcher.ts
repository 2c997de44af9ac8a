import type { Collection, UpdateFilter } from 'mongodb'
import type { AnyAction } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection } from '../connections/connection-directory.ts'
import { laneStates, toDelivery, toDeliveryDoc } from '../deliveries/delivery-store.ts'
import type { Attempt, Delivery, DeliveryDoc, DeliveryState } from '../deliveries/delivery-store.ts'
import { nextState, PARKED_MS_MAX } from '../deliveries/next-state.ts'
import type { AttemptResult, NextState } from '../deliveries/next-state.ts'
import type { Reason } from '../errors.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import type { NewId } from '../platform/ids.ts'
import type { Leases } from '../platform/leases.ts'
import { createWriteBatch } from '../platform/write-batch.ts'
import { ATTEMPT_MS_MAX, deliver } from './deliver.ts'
import type { AttemptOutcome, DeliverDeps } from './deliver.ts'
import type { DestinationHealth } from './destination-health.ts'
import { logAttempt } from './log-attempt.ts'
import type { LogAttemptDeps } from './log-attempt.ts'
import type { Mapped } from './map-input.ts'
import type { SendBudget } from './send-budget.ts'

/** A delivery in this process's hands. */
export interface Held {
  delivery: Delivery
  partition: number
  /** The document says `sending`. */
  started: boolean
  /** It takes up one of its destination's slots: until the answer has come, not until that is recorded. */
  hasSlot: boolean
  /** Sent although the breaker is open, to see whether the destination has healed. */
  probe?: true
}

export interface DispatcherDeps extends DeliverDeps, LogAttemptDeps {
  deliveries: Collection<DeliveryDoc>
  connections: ConnectionDirectory
  leases: Pick<Leases, 'holds' | 'token' | 'processes'>
  health: DestinationHealth
  budget: SendBudget
  newId: NewId
  random: () => number
  diskHasRoom: () => boolean
  /** Maps a delivery that could not be mapped when it was made. */
  mapLater: (delivery: Delivery) => Promise<Mapped>
  /** Makes the deliveries of steps that waited for this one; before the success is recorded. */
  continueRun: (delivery: Delivery, output: Record<string, unknown>) => Promise<void>
  /** The vendor said that this address is gone for good. */
  onGone: (open: OpenConnection, reason: Reason) => Promise<void>
}

/**
 * Sends deliveries: in order per lane, at each connection's own pace, so that a slow or dead destination holds up
 * nobody else. What it holds in memory is a bounded part of what the database holds as open; the rest is found there
 * by `due-work.ts`.
 */
export interface Dispatcher {
  /** Gives a new delivery its first state, to be stored by the caller. */
  admit(delivery: Delivery, partition: number, open: OpenConnection): DeliveryDoc
  /** The document returned by `admit` is durable. */
  start(deliveryId: string): void
  /** It is not: it existed already, or could not be stored. */
  abandon(deliveryId: string): void
  /** Takes up a lane whose open deliveries were read from the database, in order; `more` where not all were. */
  takeUp(rows: readonly DeliveryDoc[], more: boolean, probe?: true): void
  /** Ends a delivery whose sender disappeared. */
  interrupted(doc: DeliveryDoc): Promise<void>
  isActive(lane: string): boolean
  /** Every lane of this partition with open deliveries is known from now on; before that nothing new may go first. */
  lookedThrough(partition: number): void
  /** Lanes known to have open deliveries that are not in memory. */
  stalled: Set<string>
  /** Stalled lanes whose head may be able to go now; asking empties the list. */
  toWake(): string[]
  /** Connections that have as much in memory as they may. */
  saturated(): string[]
  /** Forgets a partition's lanes; resolves when none of its attempts is under way. */
  drop(partition: number): Promise<void>
  /** Starts nothing more; resolves when no attempt is under way. */
  drain(): Promise<void>
  inFlight(): number
}

interface Lane {
  partition: number
  /** The first may be under way. */
  waiting: Held[]
  more: boolean
}

interface Destination {
  ready: Held[]
  low: Held[]
  inFlight: number
  /** Answers that are being recorded. */
  recording: number
  turns: number
  resume?: NodeJS.Timeout
}

const LANE_MAX = 50
const READY_MAX = 1_000
const CONCURRENCY = 16
/** So many answers of one destination may wait for the database before nothing more is sent there. */
const RECORDING_MAX = 128
/** Replays get one turn in five while there is anything new to send. */
const LOW_TURN = 5
const ATTEMPTS_KEPT = 20
/** A little longer than a formula stays suspended. */
const SUSPENDED_MS = 65_000
const RECORD_AGAIN_MS = 500
/** Longer than any attempt lasts: after this the sender is gone. */
const SENDING_MS_MAX = ATTEMPT_MS_MAX + 10_000

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const writes = createWriteBatch(deps.deliveries)
  const lanes = new Map<string, Lane>()
  const destinations = new Map<string, Destination>()
  const admitted = new Map<string, Held>()
  const stalled = new Set<string>()
  const wake = new Set<string>()
  const known = new Set<number>()
  let stopped = false

  function admit(delivery: Delivery, partition: number, open: OpenConnection): DeliveryDoc {
    const held: Held = { delivery, partition, started: false, hasSlot: false }
    const document = () =>
      toDeliveryDoc(held.delivery, {
        partition,
        open: laneStates.includes(held.delivery.state),
        fence: deps.leases.token(partition),
        ...(held.started ? { leaseUntil: leaseEnd() } : {}),
      })
    // What cannot be mapped is not in anybody's way.
    if (!laneStates.includes(delivery.state)) return document()

    const lane = lanes.get(delivery.lane)
    if (lane) {
      if (lane.more || lane.waiting.length >= LANE_MAX) lane.more = true
      else {
        lane.waiting.push(held)
        admitted.set(delivery.id, held)
      }
      return document()
    }
    if (stalled.has(delivery.lane)) return document()

    const inTheWay = blockedBy(open)
    const destination = destinationOf(delivery.connectionId)
    if (inTheWay) {
      stalled.add(delivery.lane)
      held.delivery = { ...delivery, ...parked(inTheWay) }
    } else if (
      !known.has(partition) ||
      destination.ready.length >= READY_MAX ||
      !deps.leases.holds(partition)
    ) {
      stalled.add(delivery.lane)
      held.delivery = { ...delivery, dueAt: deps.now() }
    } else {
      lanes.set(delivery.lane, { partition, waiting: [held], more: false })
      admitted.set(delivery.id, held)
      if (canStartAtOnce(held, destination, open)) {
        takeSlot(held)
        held.started = true
        held.delivery = sending(delivery)
      }
    }
    return document()
  }

  function canStartAtOnce(
    { delivery, partition }: Held,
    destination: Destination,
    open: OpenConnection,
  ): boolean {
    return (
      !stopped &&
      delivery.input !== undefined &&
      destination.ready.length === 0 &&
      hasRoom(destination, concurrencyOf(open)) &&
      rateOf(open) === undefined &&
      deps.leases.holds(partition, ATTEMPT_MS_MAX) &&
      deps.diskHasRoom()
    )
  }

  function start(deliveryId: string): void {
    const held = admitted.get(deliveryId)
    if (!held) return
    admitted.delete(deliveryId)
    if (held.started) void finish(held, deps.connections.byId(held.delivery.connectionId))
    else if (lanes.get(held.delivery.lane)?.waiting[0] === held) makeReady(held)
  }

  function abandon(deliveryId: string): void {
    const held = admitted.get(deliveryId)
    if (!held) return
    admitted.delete(deliveryId)
    freeSlot(held)
    // Whatever else waits in this lane is in the database, and is found there.
    evict(held.delivery.lane)
    wake.add(held.delivery.lane)
  }

  function destinationOf(connectionId: string): Destination {
    let destination = destinations.get(connectionId)
    if (!destination) {
      destination = { ready: [], low: [], inFlight: 0, recording: 0, turns: 0 }
      destinations.set(connectionId, destination)
    }
    return destination
  }

  function makeReady(held: Held): void {
    const destination = destinationOf(held.delivery.connectionId)
    if (held.delivery.low) destination.low.push(held)
    else destination.ready.push(held)
    void pump(held.delivery.connectionId)
  }

  function nextReady(destination: Destination): Held | undefined {
    const lowFirst = ++destination.turns % LOW_TURN === 0
    const [first, second] = lowFirst
      ? [destination.low, destination.ready]
      : [destination.ready, destination.low]
    return first.shift() ?? second.shift()
  }

  async function pump(connectionId: string): Promise<void> {
    const destination = destinationOf(connectionId)
    if (stopped || destination.resume || !deps.diskHasRoom()) return
    const open = await deps.connections.byId(connectionId)
    const limit = isUsable(open) ? concurrencyOf(open) : CONCURRENCY
    const rate = isUsable(open) ? rateOf(open) : undefined
    while (!stopped && hasRoom(destination, limit) && !destination.resume) {
      const held = nextReady(destination)
      if (!held) return
      takeSlot(held)
      const waitMs = rate ? await deps.budget.take(connectionId, rate) : 0
      if (waitMs > 0) {
        held.hasSlot = false
        destination.inFlight--
        ;(held.delivery.low ? destination.low : destination.ready).unshift(held)
        destination.resume ??= setTimeout(() => {
          destination.resume = undefined
          void pump(connectionId)
        }, waitMs)
        return
      }
      void begin(held)
    }
  }

  /** From ready to sending; the slot is taken. */
  async function begin(held: Held): Promise<void> {
    try {
      const { delivery, partition } = held
      const open = await deps.connections.byId(delivery.connectionId)
      const inTheWay = held.probe ? undefined : blockedBy(open)
      if (!deps.leases.holds(partition, ATTEMPT_MS_MAX)) return release(held)
      if (inTheWay) return await leave(held, parked(inTheWay))
      if (!isUsable(open))
        return await leave(held, { state: 'cancelled', reason: { code: 'connection_deleted' } })
      const action = open.connector.actions[delivery.actionId]
      if (!action) return await leave(held, { state: 'failed', reason: { code: 'action_missing' } })
      if (isStale(delivery, action, deps.now()))
        return await leave(held, { state: 'skipped', reason: { code: 'stale' } })
      if (!delivery.input) {
        const mapped = await deps.mapLater(delivery)
        held.delivery = { ...delivery, ...mapped }
        if (!held.delivery.input) return await leave(held, unmapped(held.delivery, deps.now()))
      }
      held.delivery = sending(held.delivery)
      if (!(await write(held, ['queued', 'retrying', 'parked'], leaseEnd()))) return release(held)
      held.started = true
      await finish(held, Promise.resolve(open))
    } catch (err) {
      deps.log.error({ stage: 'delivery.not_started', delivery: held.delivery.id, err })
      release(held)
    }
  }

  /** From sending to whatever comes of it. */
  async function finish(held: Held, opening: ReturnType<ConnectionDirectory['byId']>): Promise<void> {
    try {
      const open = await opening
      const action = isUsable(open) ? open.connector.actions[held.delivery.actionId] : undefined
      if (!isUsable(open) || !action) {
        await settle(
          held,
          { result: { outcome: 'interrupted' }, exchanges: [], input: {} },
          undefined,
          undefined,
        )
        return
      }
      const outcome = await deliver(deps, held.delivery, open, action)
      freeSlot(held)
      await settle(held, outcome, open, action)
    } catch (err) {
      // The outcome could not be recorded: the row still says `sending`, and is taken up when its lease is over.
      deps.log.error({ stage: 'delivery.not_recorded', delivery: held.delivery.id, err })
      release(held)
    }
  }

  async function settle(...attempted: Parameters<typeof record>): Promise<void> {
    const [{ delivery }] = attempted
    const destination = destinationOf(delivery.connectionId)
    destination.recording++
    try {
      await record(...attempted)
    } finally {
      destination.recording--
      void pump(delivery.connectionId)
    }
  }

  async function record(
    held: Held,
    outcome: AttemptOutcome,
    open: OpenConnection | undefined,
    action: AnyAction | undefined,
  ): Promise<void> {
    const { result, exchanges, input, foundThere } = outcome
    const { delivery } = held
    const next = nextState(result, {
      repeat: action?.repeat ?? 'unsafe',
      attemptsUsed: delivery.attemptsUsed,
      canConfirm: action?.confirm !== undefined,
      now: deps.now(),
      random: deps.random,
    })
    held.delivery = settled(delivery, next, result, deps.now())
    if (result.outcome !== 'interrupted')
      held.delivery = { ...held.delivery, input, ...(foundThere ? { foundThere } : {}) }
    await untilRecorded(delivery, async () => {
      if (result.outcome === 'delivered') await deps.continueRun(delivery, result.output)
      const written = await write(held, ['sending'])
      if (!written && result.outcome === 'delivered') await recordLateSuccess(held)
    })
    traceAttempt(held, exchanges)
    if (open) await noteHealth(held, result, open)
    advance(held)
  }

  /**
   * The database may be away for a moment, and the outcome is known here alone: while nobody else may take the delivery
   * up, recording it is tried again. Given up too early, what arrived would be sent again or be called doubtful.
   */
  async function untilRecorded({ dueAt }: Delivery, record: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await record()
      } catch (err) {
        const mayWait = dueAt !== undefined && dueAt.getTime() - deps.now().getTime() > RECORD_AGAIN_MS
        if (stopped || !mayWait) throw err
        deps.log.warn({ stage: 'delivery.recorded_late', err })
        await new Promise((resolve) => setTimeout(resolve, RECORD_AGAIN_MS))
      }
    }
  }

  function settled(delivery: Delivery, next: NextState, result: AttemptResult, endedAt: Date): Delivery {
    const { reason: _old, dueAt: _due, ...rest } = delivery
    const attempts = delivery.attempts.map((attempt, at): Attempt =>
      at === delivery.attempts.length - 1 ? { ...attempt, endedAt, ...ending(result, next) } : attempt,
    )
    return {
      ...rest,
      ...next,
      attempts,
      ...(result.outcome === 'delivered' ? { output: result.output } : {}),
      // Time spent parked uses up none of the schedule.
      attemptsUsed: next.state === 'parked' ? delivery.attemptsUsed - 1 : delivery.attemptsUsed,
      updatedAt: endedAt,
    }
  }

  /** A sender that was believed dead got through after all: what arrived, arrived. */
  async function recordLateSuccess({ delivery }: Held): Promise<void> {
    await deps.deliveries.updateOne(
      { _id: delivery.id, state: { $ne: 'delivered' } },
      {
        $set: { state: 'delivered', updatedAt: delivery.updatedAt },
        $push: { attempts: JSON.stringify(delivery.attempts.at(-1)) },
        $unset: { open: 1, dueAt: 1, leaseUntil: 1, reason: 1 },
      },
    )
  }

  function traceAttempt({ delivery }: Held, exchanges: readonly CapturedExchange[]): void {
    const attempt = delivery.attempts.at(-1)
    if (attempt) logAttempt(deps, delivery, attempt, exchanges)
  }

  async function noteHealth(
    { delivery, probe }: Held,
    result: AttemptResult,
    open: OpenConnection,
  ): Promise<void> {
    const { connectionId } = delivery
    if (result.outcome === 'delivered') {
      if (probe) await deps.health.close(connectionId)
      else deps.health.succeeded(connectionId)
      return
    }
    if (result.outcome !== 'failed') return
    const { failure } = result
    if (failure.status === 410) await deps.onGone(open, failure.reason)
    if (failure.status === 401) await deps.health.refused(connectionId, failure.reason)
    const isSick = failure.class === 'retry' || failure.class === 'fix_connection'
    if (probe) {
      // An answer that concerns this delivery alone shows that the destination is up again.
      if (isSick) await deps.health.probeFailed(connectionId, failure.reason)
      else await deps.health.close(connectionId)
    } else if (failure.class === 'retry') {
      await deps.health.failed(connectionId, delivery.contactId ?? delivery.lane, failure.reason)
    }
  }

  /** Ends a delivery's turn without an attempt. */
  async function leave(held: Held, next: NextState): Promise<void> {
    const { reason: _reason, dueAt: _dueAt, ...rest } = held.delivery
    held.delivery = { ...rest, ...next, updatedAt: deps.now() }
    await write(held, ['queued', 'retrying', 'parked'])
    deps.log.info({
      stage: 'delivery.left',
      delivery: held.delivery.id,
      state: next.state,
      reason: next.reason?.code,
    })
    deps.live.publish({ workspaceId: held.delivery.workspaceId, kind: 'delivery', id: held.delivery.id })
    advance(held)
  }

  /** Gives the slot back and leaves the lane to the database, to be looked at again soon. */
  function release(held: Held): void {
    freeSlot(held)
    evict(held.delivery.lane)
    wake.add(held.delivery.lane)
  }

  function hasRoom(destination: Destination, limit: number): boolean {
    return destination.inFlight < limit && destination.recording < RECORDING_MAX
  }

  function takeSlot(held: Held): void {
    held.hasSlot = true
    destinationOf(held.delivery.connectionId).inFlight++
  }

  function freeSlot(held: Held): void {
    if (!held.hasSlot) return
    const { connectionId } = held.delivery
    held.hasSlot = false
    destinationOf(connectionId).inFlight--
    void pump(connectionId)
  }

  function evict(lane: string): void {
    lanes.delete(lane)
    stalled.add(lane)
  }

  /** What comes next in the lane, now that this delivery's turn is over. */
  function advance(held: Held): void {
    const { lane: name, state } = held.delivery
    const lane = lanes.get(name)
    if (lane?.waiting[0] === held) {
      if (laneStates.includes(state)) {
        evict(name)
      } else {
        lane.waiting.shift()
        const next = lane.waiting[0]
        if (next) {
          // One that is not durable yet gets ready when it is.
          if (!admitted.has(next.delivery.id)) makeReady(next)
        } else if (lane.more) {
          evict(name)
          wake.add(name)
        } else {
          lanes.delete(name)
        }
      }
    } else if (stalled.has(name)) {
      wake.add(name)
    }
    freeSlot(held)
  }

  function blockedBy(open: Awaited<ReturnType<ConnectionDirectory['byId']>>): Reason | undefined {
    if (!open) return undefined
    if (!isUsable(open)) return { code: open.unusable }
    if (open.connection.state === 'paused') return { code: 'connection_paused' }
    if (deps.health.isOpen(open.connection.id)) return { code: 'destination_down' }
    return undefined
  }

  function parked(reason: Reason): NextState {
    return { state: 'parked', reason, dueAt: new Date(deps.now().getTime() + PARKED_MS_MAX) }
  }

  function sending(delivery: Delivery): Delivery {
    const { reason: _reason, ...rest } = delivery
    const startedAt = deps.now()
    const attempt: Attempt = { id: deps.newId('att'), startedAt, outcome: 'interrupted' }
    return {
      ...rest,
      state: 'sending',
      dueAt: leaseEnd(),
      attempts: [...delivery.attempts, attempt].slice(-ATTEMPTS_KEPT),
      attemptsUsed: delivery.attemptsUsed + 1,
      updatedAt: startedAt,
    }
  }

  function leaseEnd(): Date {
    return new Date(deps.now().getTime() + SENDING_MS_MAX)
  }

  /** False where the delivery is no longer in one of these states or a newer owner has taken it over. */
  function write(held: Held, from: readonly DeliveryState[], leaseUntil?: Date): Promise<boolean> {
    const fence = deps.leases.token(held.partition)
    const doc = toDeliveryDoc(held.delivery, {
      partition: held.partition,
      open: laneStates.includes(held.delivery.state),
      fence,
      ...(leaseUntil ? { leaseUntil } : {}),
    })
    return writes.update({
      guard: { _id: doc._id, state: { $in: [...from] }, fence: { $lte: fence } },
      change: changeTo(doc),
      // The attempt's id tells this sender's write from another's that wanted the same.
      landed: (now) =>
        now.state === doc.state && now.attempts.at(-1) === doc.attempts.at(-1) && now.fence === fence,
    })
  }

  function concurrencyOf({ connection, connector }: OpenConnection): number {
    const limit = connection.limits?.concurrency ?? connector.limits?.concurrency ?? CONCURRENCY
    return Math.max(1, Math.ceil(limit / deps.leases.processes()))
  }

  function takeUp(rows: readonly DeliveryDoc[], more: boolean, probe?: true): void {
    const [head] = rows
    if (!head || lanes.has(head.lane) || stopped) return
    stalled.delete(head.lane)
    const waiting = rows.map((doc): Held => ({
      delivery: toDelivery(doc),
      partition: doc.partition,
      started: false,
      hasSlot: false,
    }))
    const [first] = waiting
    if (!first) return
    if (probe) first.probe = true
    lanes.set(head.lane, { partition: head.partition, waiting, more })
    makeReady(first)
  }

  async function interrupted(doc: DeliveryDoc): Promise<void> {
    const held = { delivery: toDelivery(doc), partition: doc.partition, started: true, hasSlot: false }
    const open = await deps.connections.byId(doc.connectionId)
    const action = isUsable(open) ? open.connector.actions[doc.actionId] : undefined
    await settle(held, { result: { outcome: 'interrupted' }, exchanges: [], input: {} }, undefined, action)
    stalled.add(doc.lane)
  }

  return {
    admit,
    start,
    abandon,
    takeUp,
    interrupted,
    stalled,
    toWake() {
      const lanesToWake = [...wake]
      wake.clear()
      return lanesToWake
    },
    isActive: (lane) => lanes.has(lane),
    lookedThrough: (partition) => void known.add(partition),
    saturated: () =>
      [...destinations].flatMap(([id, { ready }]) => (ready.length >= READY_MAX / 2 ? [id] : [])),
    async drop(partition) {
      known.delete(partition)
      for (const destination of destinations.values()) {
        destination.ready = destination.ready.filter((held) => held.partition !== partition)
        destination.low = destination.low.filter((held) => held.partition !== partition)
      }
      const busy = () =>
        [...lanes.values()].some((lane) => lane.partition === partition && lane.waiting[0]?.started)
      for (const [name, lane] of lanes) {
        if (lane.partition === partition && !lane.waiting[0]?.started) lanes.delete(name)
      }
      while (busy()) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    async drain() {
      stopped = true
      for (const { resume } of destinations.values()) clearTimeout(resume)
      while (inFlight() > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    inFlight,
  }

  function inFlight(): number {
    let sum = 0
    for (const destination of destinations.values()) sum += destination.inFlight + destination.recording
    return sum
  }
}

function rateOf({ connection, connector }: OpenConnection): { requests: number; perMs: number } | undefined {
  const { requests, perMs } = connection.limits ?? {}
  return requests && perMs ? { requests, perMs } : connector.limits?.rate
}

/** Everything about a delivery that can change once it has been made. */
function changeTo(doc: DeliveryDoc): UpdateFilter<DeliveryDoc> {
  const { state, mappingVersion, input, onlyIfEmpty, foundThere, mappedAt, output, updatedAt, fence } = doc
  const { attempts, attemptsUsed, open, dueAt, leaseUntil, reason, problems } = doc
  return {
    $set: {
      state,
      attempts,
      attemptsUsed,
      updatedAt,
      fence,
      ...present({ mappingVersion, input, onlyIfEmpty, foundThere, mappedAt, output }),
      ...present({ open, dueAt, leaseUntil, reason, problems }),
    },
    $unset: {
      ...(open === undefined ? { open: 1 } : {}),
      ...(dueAt === undefined ? { dueAt: 1 } : {}),
      ...(leaseUntil === undefined ? { leaseUntil: 1 } : {}),
      ...(reason === undefined ? { reason: 1 } : {}),
      ...(problems === undefined ? { problems: 1 } : {}),
    },
  }
}

function present<T extends object>(fields: T): Partial<T> {
  const kept: Partial<T> = { ...fields }
  for (const name in kept) if (kept[name] === undefined) delete kept[name]
  return kept
}

/** A formula that was stopped a moment ago is not tried again at once; everything else is for a person to mend. */
function unmapped({ problems = [] }: Delivery, now: Date): NextState {
  if (problems.some(({ code }) => code === 'formula_suspended')) {
    const dueAt = new Date(now.getTime() + SUSPENDED_MS)
    return { state: 'retrying', reason: { code: 'formula_suspended' }, dueAt }
  }
  return { state: 'needs_mapping', reason: { code: 'fields_missing' } }
}

function isStale(delivery: Delivery, action: AnyAction, now: Date): boolean {
  const { staleAfterMs } = action
  return staleAfterMs !== undefined && now.getTime() - delivery.createdAt.getTime() > staleAfterMs
}

function ending(
  result: AttemptResult,
  next: NextState,
): Pick<Attempt, 'outcome' | 'class' | 'reason' | 'status'> {
  if (result.outcome !== 'failed') return { outcome: result.outcome }
  const { failure } = result
  return {
    outcome: next.state === 'unconfirmed' ? 'unconfirmed' : 'failed',
    class: failure.class,
    reason: failure.reason,
    ...(failure.status === undefined ? {} : { status: failure.status }),
  }
}
