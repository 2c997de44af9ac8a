import { laneStates } from '../deliveries/delivery-state.ts'
import { toDelivery } from '../deliveries/delivery-doc.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import { createBesideMemory } from './beside-memory.ts'
import type { Held } from './held-delivery.ts'

interface Lane {
  partition: number
  /** The first may be under way. */
  waiting: Held[]
  /** The database holds more of this lane. */
  more: boolean
}

const LANE_MAX = 50

/**
 * The lanes this process works on, each in order: one contact's deliveries to one connection go one after the other.
 * What is held here is a bounded part of what the database holds as open. A lane of which it holds more is *stalled*
 * once nothing of it is in memory: nothing new of it may go before it has been read back by `due-work.ts`.
 */
export class Lanes {
  /** Lanes known to have open deliveries that are not in memory. */
  readonly stalled = new Set<string>()
  readonly #inMemory = new Map<string, Lane>()
  readonly #toWake = new Set<string>()
  /** New ones on their way to the database; the same delivery can be among them twice, and one of the two is stored. */
  readonly #admitted = new Set<Held>()
  readonly #beside = createBesideMemory()

  isActive(lane: string): boolean {
    return this.#inMemory.has(lane)
  }

  /** Puts a new delivery behind those of its lane; false where nothing of that lane waits. */
  join(held: Held): boolean {
    const { delivery } = held
    const lane = this.#inMemory.get(delivery.lane)
    if (lane && !lane.more && lane.waiting.length < LANE_MAX) {
      lane.waiting.push(held)
      this.#admitted.add(held)
      return true
    }
    if (lane) lane.more = true
    else if (!this.stalled.has(delivery.lane)) return false
    this.#beside.admit(held)
    return true
  }

  /** Begins a lane with this new delivery. */
  begin(held: Held): void {
    this.#inMemory.set(held.delivery.lane, { partition: held.partition, waiting: [held], more: false })
    this.#admitted.add(held)
  }

  /** Leaves this new delivery, the first of its lane, to the database. */
  stallWith(held: Held): void {
    this.stalled.add(held.delivery.lane)
    this.#beside.admit(held)
  }

  /** A new delivery is in the database, or will not be; true, once, where it is held here. */
  arrived(held: Held): boolean {
    this.#beside.arrived(held)
    return this.#admitted.delete(held)
  }

  /** Takes a new delivery out of its lane, to be left to the database; false where it stands behind no other. */
  withdraw(held: Held): boolean {
    const lane = this.#inMemory.get(held.delivery.lane)
    const at = lane?.waiting.indexOf(held) ?? -1
    if (!lane || at < 1) return false
    lane.waiting.splice(at, 1)
    lane.more = true
    return true
  }

  isHead(held: Held): boolean {
    return this.#inMemory.get(held.delivery.lane)?.waiting[0] === held
  }

  /** Leaves a lane to the database. */
  evict(lane: string): void {
    // What is still on its way can be missing from what is read of this lane.
    for (const held of this.#inMemory.get(lane)?.waiting ?? [])
      if (!held.started && this.#admitted.delete(held)) this.#beside.admit(held)
    this.#inMemory.delete(lane)
    this.stalled.add(lane)
  }

  /** Leaves a lane to the database, to be looked at again soon. */
  evictAndWake(lane: string): void {
    this.evict(lane)
    this.#toWake.add(lane)
  }

  /** Takes up a lane that was read from the database, in order; returns its head, or nothing where it is active. */
  takeUp(rows: readonly DeliveryDoc[], more: boolean): Held | undefined {
    const [first] = rows
    if (!first || this.#inMemory.has(first.lane)) return undefined
    this.stalled.delete(first.lane)
    const waiting = rows.map((doc): Held => ({
      delivery: toDelivery(doc),
      partition: doc.partition,
      started: false,
      hasSlot: false,
    }))
    this.#inMemory.set(first.lane, {
      partition: first.partition,
      waiting,
      more: more || this.#beside.mayHaveMissed(first.lane),
    })
    return waiting[0]
  }

  /**
   * What comes next now that this delivery's turn is over; nothing where the lane is at its end, goes on from the
   * database, or waits for the next one to become durable.
   */
  after(held: Held): Held | undefined {
    const { lane: name, state } = held.delivery
    const lane = this.#inMemory.get(name)
    if (lane?.waiting[0] !== held) {
      if (this.stalled.has(name)) this.#toWake.add(name)
      return undefined
    }
    if (laneStates.includes(state)) {
      this.evict(name)
      return undefined
    }
    lane.waiting.shift()
    const next = lane.waiting[0]
    if (next) return this.#admitted.has(next) ? undefined : next
    if (lane.more) this.evictAndWake(name)
    else this.#inMemory.delete(name)
    return undefined
  }

  /** The open deliveries of these lanes are about to be read from the database. */
  reading(lanes: readonly string[]): void {
    this.#beside.reading(lanes)
  }

  /** Nothing open was found in a lane that was read. */
  foundNothing(lane: string): void {
    if (this.#beside.mayHaveMissed(lane)) this.#toWake.add(lane)
    else this.stalled.delete(lane)
  }

  /** Stalled lanes whose head may be able to go now; asking empties the list. */
  takeToWake(): string[] {
    const lanes = [...this.#toWake]
    this.#toWake.clear()
    return lanes
  }

  /** Forgets a partition's lanes, except those with an attempt under way. */
  drop(partition: number): void {
    for (const [name, lane] of this.#inMemory) {
      if (lane.partition === partition && !lane.waiting[0]?.started) this.#inMemory.delete(name)
    }
  }

  hasUnderWay(partition: number): boolean {
    return [...this.#inMemory.values()].some(
      (lane) => lane.partition === partition && lane.waiting[0]?.started,
    )
  }
}
