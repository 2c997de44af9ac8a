import type { Held } from './held-delivery.ts'

/** What this process holds for one connection. */
export interface Destination {
  /** Heads of lanes, ready to be sent. */
  ready: Held[]
  /** Replays among them, which give way. */
  low: Held[]
  inFlight: number
  /** Answers that are being recorded. */
  recording: number
  turns: number
  /** How long it takes to answer, in ms, the newest answers counting most; absent before the first. */
  answerMs?: number
  /** Set while the vendor's rate limit makes everything wait: until then. */
  resume?: { at: Date; timer: NodeJS.Timeout }
}

const READY_MAX = 1_000
/** Of all together. Where many destinations have to wait, each has its share of it in memory and the rest in the database. */
const READY_OF_ALL = 5_000
/** So many answers of one destination may wait for the database before nothing more is sent there. */
const RECORDING_MAX = 512
/**
 * How many are sent to a destination at a time where nobody has said. A delivery that finds a place free when it is made
 * needs no write of its own before it is sent, and has its place while it is being stored: so there are more of them
 * where a place is free again within a moment.
 */
const PLACES = { usual: 32, quick: 128 } as const
const QUICK_MS = 200
/** How much one answer counts in the average. */
const ANSWER_SHARE = 0.1
/** Replays get one turn in five while there is anything new to send. */
const LOW_TURN = 5

/** The destinations of this process, each with its own queue and slots: one that is slow uses up nobody else's. */
export class Destinations {
  readonly #byConnection = new Map<string, Destination>()

  of(connectionId: string): Destination {
    let destination = this.#byConnection.get(connectionId)
    if (!destination) {
      destination = { ready: [], low: [], inFlight: 0, recording: 0, turns: 0 }
      this.#byConnection.set(connectionId, destination)
    }
    return destination
  }

  push(held: Held): void {
    this.#queueOf(held).push(held)
  }

  /** Back to where it was taken from. */
  putBack(held: Held): void {
    this.#queueOf(held).unshift(held)
  }

  next(destination: Destination): Held | undefined {
    const lowFirst = ++destination.turns % LOW_TURN === 0
    const [first, second] = lowFirst
      ? [destination.low, destination.ready]
      : [destination.ready, destination.low]
    return first.shift() ?? second.shift()
  }

  takeSlot(held: Held): void {
    held.hasSlot = true
    this.of(held.delivery.connectionId).inFlight++
  }

  /** False where it held none. */
  freeSlot(held: Held): boolean {
    if (!held.hasSlot) return false
    held.hasSlot = false
    this.of(held.delivery.connectionId).inFlight--
    return true
  }

  /** Connections that have half of what they may hold in memory, or their share: more is left to the database. */
  saturated(): string[] {
    const waiting = [...this.#byConnection].filter(([, destination]) => hasReady(destination))
    const enough = Math.min(READY_MAX / 2, READY_OF_ALL / waiting.length)
    return waiting.flatMap(([id, destination]) => (countReady(destination) >= enough ? [id] : []))
  }

  dropPartition(partition: number): void {
    for (const destination of this.#byConnection.values()) {
      destination.ready = destination.ready.filter((held) => held.partition !== partition)
      destination.low = destination.low.filter((held) => held.partition !== partition)
    }
  }

  stopWaiting(): void {
    for (const { resume } of this.#byConnection.values()) clearTimeout(resume?.timer)
  }

  /** Connections whose wait for their rate limit is over by the clock, whatever the timer says. */
  overdue(now: Date): string[] {
    return [...this.#byConnection].flatMap(([id, { resume }]) => (resume && resume.at <= now ? [id] : []))
  }

  /** How many are ready and wait for their vendor's rate limit. */
  paced(): number {
    let sum = 0
    for (const destination of this.#byConnection.values())
      if (destination.resume) sum += countReady(destination)
    return sum
  }

  /** Attempts under way, and answers not recorded yet. */
  underWay(): number {
    let sum = 0
    for (const { inFlight, recording } of this.#byConnection.values()) sum += inFlight + recording
    return sum
  }

  #queueOf({ delivery }: Held): Held[] {
    const destination = this.of(delivery.connectionId)
    return delivery.low ? destination.low : destination.ready
  }
}

/** How long the destination took to answer, in ms. */
export function noteAnswer(destination: Destination, tookMs: number): void {
  const before = destination.answerMs ?? tookMs
  destination.answerMs = before + ANSWER_SHARE * (tookMs - before)
}

/** How many may be under way to it at a time where nobody has said. */
export function placesOf({ answerMs }: Destination): number {
  return answerMs !== undefined && answerMs < QUICK_MS ? PLACES.quick : PLACES.usual
}

export function hasReady(destination: Destination): boolean {
  return countReady(destination) > 0
}

function countReady({ ready, low }: Destination): number {
  return ready.length + low.length
}

export function hasSlotFree({ inFlight, recording }: Destination, limit: number): boolean {
  return inFlight < limit && recording < RECORDING_MAX
}

export function isFull(destination: Destination): boolean {
  return countReady(destination) >= READY_MAX
}
