import type { Collection } from 'mongodb'
import type { AnyAction } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { ConnectionDirectory, OpenConnection, Unusable } from '../connections/connection-directory.ts'
import { laneStates } from '../deliveries/delivery-state.ts'
import { toDelivery } from '../deliveries/delivery-doc.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import { parked } from '../deliveries/next-state.ts'
import type { NextState } from '../deliveries/next-state.ts'
import type { Reason } from '../errors.ts'
import type { NewId } from '../platform/ids.ts'
import type { Leases } from '../platform/leases.ts'
import type { Tracing } from '../platform/tracing.ts'
import { isStale, leaseEnd, sending, unmapped } from './attempt-states.ts'
import { ATTEMPT_MS_MAX, deliver } from './deliver.ts'
import type { AttemptOutcome, DeliverDeps } from './deliver.ts'
import { Destinations, hasReady, hasSlotFree, isFull, noteAnswer, placesOf } from './destinations.ts'
import type { Destination } from './destinations.ts'
import type { Held } from './held-delivery.ts'
import { Lanes } from './lanes.ts'
import type { Mapped } from './map-input.ts'
import { recordAttempt, recordLeft } from './record-outcome.ts'
import type { RecordOutcomeDeps } from './record-outcome.ts'
import { allowanceOf } from './send-budget.ts'
import type { SendBudget } from './send-budget.ts'
import { createDeliveryWriter } from './write-delivery.ts'

export interface DispatcherDeps extends DeliverDeps, Omit<RecordOutcomeDeps, 'writer' | 'isStopping'> {
  tracing: Tracing
  deliveries: Collection<DeliveryDoc>
  connections: ConnectionDirectory
  leases: Pick<Leases, 'holds' | 'token' | 'processes'>
  sendBudget: SendBudget
  newId: NewId
  diskHasRoom: () => boolean
  /** Maps a delivery that could not be mapped when it was made. */
  mapLater: (delivery: Delivery) => Promise<Mapped>
}

/**
 * Sends deliveries: in order per lane, at each connection's own pace, so that a slow or dead destination holds up
 * nobody else. What it holds in memory is a bounded part of what the database holds as open; the rest is found there
 * by `due-work.ts`.
 */
export interface Dispatcher {
  /** Gives a new delivery its first state, to be stored by the caller. */
  admit(delivery: Delivery, partition: number, open: OpenConnection | Unusable): DeliveryDoc
  /** This document, returned by `admit`, is durable. */
  start(doc: DeliveryDoc): void
  /** It is not: it existed already, or could not be stored. Nothing happens where it has been started. */
  abandon(doc: DeliveryDoc): void
  /** The open deliveries of these lanes are about to be read from the database. */
  reading(lanes: readonly string[]): void
  /** Nothing open was found in a lane that was read. */
  foundNothing(lane: string): void
  /** Takes up a lane whose open deliveries were read from the database, in order; `more` where not all were. */
  takeUp(rows: readonly DeliveryDoc[], more: boolean, probe?: true): void
  /** What keeps everything of this connection from being sent. */
  blockedBy(open: Found): Reason | undefined
  /** Ends a delivery whose sender disappeared. */
  interrupted(doc: DeliveryDoc): Promise<void>
  isActive(lane: string): boolean
  /** Every lane of this partition with open deliveries is known from now on; before that nothing new may go first. */
  lookedThrough(partition: number): void
  /** Lanes known to have open deliveries that are not in memory. */
  stalled: Set<string>
  /** Goes on with what waited for a rate limit that is over: timers run late when the machine slept or its clock was set. */
  keepUp(): void
  /** Stalled lanes whose head may be able to go now; asking empties the list. */
  toWake(): string[]
  /** Connections that have as much in memory as they may. */
  saturated(): string[]
  /** Forgets a partition's lanes; resolves when none of its attempts is under way. */
  drop(partition: number): Promise<void>
  /** Starts nothing more; resolves when no attempt is under way. */
  drain(): Promise<void>
  inFlight(): number
  /** Ready, and waiting for the rate limit of their vendor. */
  paced(): number
}

type Found = Awaited<ReturnType<ConnectionDirectory['byId']>>

/** The database was away: after this it is asked again. */
const AGAIN_MS = 500

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const writer = createDeliveryWriter(deps.database.writes, deps.deliveries, deps.leases)
  const destinations = new Destinations()
  const lanes = new Lanes()
  /** Known by document and not by id: one delivery can be made twice at the same time, and only one of them is stored. */
  const admitted = new WeakMap<DeliveryDoc, Held>()
  const known = new Set<number>()
  let stopped = false
  const recording = { ...deps, writer, isStopping: () => stopped }

  function admit(delivery: Delivery, partition: number, open: OpenConnection | Unusable): DeliveryDoc {
    const held: Held = { delivery, partition, started: false, hasSlot: false }
    const document = () => {
      const doc = writer.documentOf(held, held.started ? leaseEnd(deps.now()) : undefined)
      admitted.set(doc, held)
      return doc
    }
    // What cannot be mapped is not in anybody's way.
    if (!laneStates.includes(delivery.state)) return document()

    if (lanes.join(held)) return document()

    const inTheWay = blockedBy(open)
    const destination = destinations.of(delivery.connectionId)
    if (inTheWay) {
      lanes.stallWith(held)
      held.delivery = { ...delivery, ...parked(inTheWay, delivery) }
    } else if (!known.has(partition) || isFull(destination) || !deps.leases.holds(partition)) {
      lanes.stallWith(held)
      held.delivery = { ...delivery, dueAt: deps.now() }
    } else {
      lanes.begin(held)
      if (isUsable(open) && canStartAtOnce(held, destination, open)) {
        destinations.takeSlot(held)
        held.started = true
        held.delivery = begun(delivery)
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
      hasSlotFree(destination, concurrencyOf(destination, open)) &&
      allowanceOf(open) === undefined &&
      deps.leases.holds(partition, ATTEMPT_MS_MAX) &&
      deps.diskHasRoom()
    )
  }

  function start(doc: DeliveryDoc): void {
    const held = admitted.get(doc)
    if (!held || !lanes.arrived(held)) return
    held.storedInput = held.delivery.input
    if (held.started) void finish(held, deps.connections.byId(held.delivery.connectionId))
    else if (lanes.isHead(held)) makeReady(held)
  }

  function abandon(doc: DeliveryDoc): void {
    const held = admitted.get(doc)
    // Whatever else waits in this lane is in the database, and is found there.
    if (held && lanes.arrived(held) && !lanes.withdraw(held)) release(held)
  }

  function makeReady(held: Held): void {
    destinations.push(held)
    void pump(held.delivery.connectionId)
  }

  async function pump(connectionId: string): Promise<void> {
    const destination = destinations.of(connectionId)
    if (stopped || destination.resume || !hasReady(destination) || !deps.diskHasRoom()) return
    let held: Held | undefined
    try {
      const open = await deps.connections.byId(connectionId)
      const limit = concurrencyOf(destination, isUsable(open) ? open : undefined)
      const allowance = isUsable(open) ? allowanceOf(open) : undefined
      while (!stopped && hasSlotFree(destination, limit) && !destination.resume) {
        held = destinations.next(destination)
        if (!held) return
        destinations.takeSlot(held)
        const turn = allowance && (await deps.sendBudget.take(allowance, held.delivery.actionId))
        if (turn && turn.waitMs > 0) return goOnLater(connectionId, held, turn.waitMs)
        held.turn = turn
        void begin(held)
        held = undefined
      }
    } catch (err) {
      deps.log.warn({ stage: 'destination.not_asked', connection: connectionId, err })
      goOnLater(connectionId, held, AGAIN_MS)
    }
  }

  /** Waits for the rate limit, or for the database; `held` keeps its place. */
  function goOnLater(connectionId: string, held: Held | undefined, waitMs: number): void {
    const destination = destinations.of(connectionId)
    if (held) {
      destinations.freeSlot(held)
      destinations.putBack(held)
    }
    destination.resume ??= {
      at: new Date(deps.now().getTime() + waitMs),
      timer: setTimeout(() => goOn(connectionId), waitMs),
    }
  }

  /** The wait is over. */
  function goOn(connectionId: string): void {
    const destination = destinations.of(connectionId)
    clearTimeout(destination.resume?.timer)
    destination.resume = undefined
    void pump(connectionId)
  }

  /** From ready to sending; the slot is taken. */
  async function begin(held: Held): Promise<void> {
    try {
      const { delivery, partition } = held
      const open = await deps.connections.byId(delivery.connectionId)
      const inTheWay = blockedBy(open)
      if (!deps.leases.holds(partition, ATTEMPT_MS_MAX)) return release(held)
      if (inTheWay && !(held.probe && canProbe(inTheWay)))
        return await leave(held, parked(inTheWay, delivery))
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
      held.delivery = begun(held.delivery)
      if (!(await writer.write(held, ['queued', 'retrying', 'parked'], leaseEnd(deps.now()))))
        return release(held)
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
      const sentAt = deps.now().getTime()
      const outcome = await deliver(deps, held.delivery, open, action)
      noteAnswer(destinations.of(held.delivery.connectionId), deps.now().getTime() - sentAt)
      const allowance = allowanceOf(open)
      if (allowance && held.turn) {
        await deps.sendBudget.made(allowance, held.delivery.actionId, held.turn, outcome.exchanges)
      }
      freeSlot(held)
      await settle(held, outcome, open, action)
    } catch (err) {
      // The outcome could not be recorded: the row still says `sending`, and is taken up when its lease is over.
      deps.log.error({ stage: 'delivery.not_recorded', delivery: held.delivery.id, err })
      release(held)
    }
  }

  async function settle(
    held: Held,
    outcome: AttemptOutcome,
    open: OpenConnection | undefined,
    action: AnyAction | undefined,
  ): Promise<void> {
    const destination = destinations.of(held.delivery.connectionId)
    destination.recording++
    try {
      await recordAttempt(recording, held, outcome, open, action)
      advance(held)
    } finally {
      destination.recording--
      void pump(held.delivery.connectionId)
    }
  }

  /** Ends a delivery's turn without an attempt. */
  async function leave(held: Held, next: NextState): Promise<void> {
    await recordLeft(recording, held, next)
    advance(held)
  }

  /** Gives the slot back and leaves the lane to the database, to be looked at again soon. */
  function release(held: Held): void {
    freeSlot(held)
    lanes.evictAndWake(held.delivery.lane)
  }

  function freeSlot(held: Held): void {
    if (destinations.freeSlot(held)) void pump(held.delivery.connectionId)
  }

  /** What comes next in the lane, now that this delivery's turn is over. */
  function advance(held: Held): void {
    const next = lanes.after(held)
    if (next) makeReady(next)
    freeSlot(held)
  }

  function blockedBy(open: Found): Reason | undefined {
    if (!open) return undefined
    if (!isUsable(open)) return { code: open.unusable }
    if (open.connection.state === 'paused') return { code: 'connection_paused' }
    if (open.needsSignIn) return { code: 'sign_in_needed' }
    if (deps.health.isOpen(open.connection.id)) return { code: 'destination_down' }
    return undefined
  }

  function begun(delivery: Delivery): Delivery {
    return sending(delivery, deps.newId('att'), deps.now())
  }

  function concurrencyOf(destination: Destination, open: OpenConnection | undefined): number {
    const said = open?.connection.limits?.concurrency ?? open?.connector.limits?.concurrency
    const limit = said ?? placesOf(destination)
    return Math.max(1, Math.ceil(limit / deps.leases.processes()))
  }

  function takeUp(rows: readonly DeliveryDoc[], more: boolean, probe?: true): void {
    const head = stopped ? undefined : lanes.takeUp(rows, more)
    if (!head) return
    if (probe) head.probe = true
    makeReady(head)
  }

  async function interrupted(doc: DeliveryDoc): Promise<void> {
    const held = { delivery: toDelivery(doc), partition: doc.partition, started: true, hasSlot: false }
    const open = await deps.connections.byId(doc.connectionId)
    const action = isUsable(open) ? open.connector.actions[doc.actionId] : undefined
    await settle(held, { result: { outcome: 'interrupted' }, exchanges: [], input: {} }, undefined, action)
    lanes.stalled.add(doc.lane)
  }

  return {
    admit,
    start,
    abandon,
    takeUp,
    reading: (names) => lanes.reading(names),
    foundNothing: (lane) => lanes.foundNothing(lane),
    blockedBy,
    interrupted,
    stalled: lanes.stalled,
    keepUp() {
      for (const connectionId of destinations.overdue(deps.now())) goOn(connectionId)
    },
    toWake: () => lanes.takeToWake(),
    isActive: (lane) => lanes.isActive(lane),
    lookedThrough: (partition) => void known.add(partition),
    saturated: () => destinations.saturated(),
    async drop(partition) {
      known.delete(partition)
      destinations.dropPartition(partition)
      lanes.drop(partition)
      while (lanes.hasUnderWay(partition)) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    async drain() {
      stopped = true
      destinations.stopWaiting()
      while (destinations.underWay() > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    },
    inFlight: () => destinations.underWay(),
    paced: () => destinations.paced(),
  }
}

/** A probe finds out whether the destination is up again; what a person has put in the way stays there. */
export function canProbe({ code }: Reason): boolean {
  return code === 'destination_down'
}
