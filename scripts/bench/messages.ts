import { z } from 'zod'

const entrance = z.object({
  path: z.string(),
  signing: z.object({ scheme: z.enum(['stripe', 'hmac']), secret: z.string() }),
})

/** Asks the load generator for load: at `rate` per second, or without one as fast as it is answered. */
export const loadCommand = z.object({
  entrances: z.object({ checkout: entrance, contact: entrance }),
  ports: z.array(z.number()),
  connections: z.number(),
  seconds: z.number(),
  rate: z.number().optional(),
  /** Number of the first event; numbers are never used twice in one data folder. */
  first: z.number(),
  countMax: z.number(),
})
export type LoadCommand = z.output<typeof loadCommand>

/** What was posted: entry n is about event `first + n`. Moments are of `clockMs`; a status of 0 is no answer. */
export const load = z.object({
  startedAt: z.number(),
  endedAt: z.number(),
  due: z.instanceof(Float64Array),
  answered: z.instanceof(Float64Array),
  status: z.instanceof(Uint16Array),
})
export type Load = z.output<typeof load>

/** How the receiver answers. */
export const behaviour = z.object({
  latencyMs: z.number().default(0),
  /** 503 to everything. */
  down: z.boolean().default(false),
  /** 503 to the first tries of every event. */
  failFirst: z.number().default(0),
})
export type Behaviour = z.input<typeof behaviour>

export const sinkCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listen') }),
  z.object({ kind: z.literal('behave'), behaviour }),
  z.object({ kind: z.literal('reset'), first: z.number(), count: z.number() }),
  z.object({ kind: z.literal('counts') }),
  z.object({ kind: z.literal('arrivals') }),
])

export const counts = z.object({
  /** Events that have arrived. */
  arrived: z.number(),
  /** Every request, also refused and repeated ones. */
  requests: z.number(),
  /** Deliveries with a field that is not as it should be, and the first of them. */
  wrong: z.number(),
  firstWrong: z.string().optional(),
  /** Deliveries that came under a second key: a receiver that honours keys would count them twice. */
  duplicates: z.number(),
  /** Requests under a key that had been taken before. */
  sentAgain: z.number(),
  inFlightMax: z.number(),
})
export type Counts = z.output<typeof counts>

/** When each event arrived first; 0 where it has not. */
export const arrivals = z.object({ at: z.instanceof(Float64Array), counts })
