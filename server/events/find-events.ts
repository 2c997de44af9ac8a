import type { WorkspaceDeps } from '../deps.ts'
import { laneStates, troubledStates } from '../deliveries/delivery-state.ts'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import type { Cursor } from '../platform/keyset.ts'
import type { EventFilter, FlowMatch, HubEvent } from './event-store.ts'

/**
 * What became of an event at the destinations, told from its deliveries; the worst of them counts. What has arrived is
 * not among them: nearly everything has, so that no index holds it, and looking for it would read all there is.
 */
const eventOutcomes = ['needs_you', 'waits'] as const
export type EventOutcome = (typeof eventOutcomes)[number]

const statesOf: Readonly<Record<EventOutcome, readonly DeliveryState[]>> = {
  needs_you: troubledStates,
  waits: laneStates,
}

/** Which events are looked for. */
interface EventsWanted extends EventFilter {
  /** Those that this flow ran for. With an outcome, it is what became of them at this flow. */
  flowId?: string | undefined
  outcome?: EventOutcome | undefined
}

/** An event at its place in a list; the place is the event's own, or that of what it was found by. */
interface PlacedEvent extends Cursor {
  event: HubEvent
}

/** A list of which a page can be read. */
interface EventList {
  page(after: Cursor | undefined, limit: number): Promise<PlacedEvent[]>
  count(limit: number): Promise<number>
}

type Deps = Pick<WorkspaceDeps, 'events' | 'runs' | 'deliveries'>
type Standing = Awaited<ReturnType<Deps['deliveries']['standingsOf']>>[number]

/** A place at which a list has an event. */
interface Place extends Cursor {
  eventId: string
}

/** The next places of a list; `last` is where the look ended, absent where nothing is left to look at. */
interface Looked {
  places: Place[]
  last: Cursor | undefined
}
type Look = (after: Cursor | undefined, size: number) => Promise<Looked>

/** So many are looked at together where few of them fit. */
const LOOK_MAX = 1_000
/** What belongs to an event begins after it was recorded, by clocks that may stand so far apart. */
const CLOCKS_APART_MS = 60_000

/** The events that are looked for, newest first. */
export function findEvents(deps: Deps, { flowId, outcome, ...filter }: EventsWanted): EventList {
  const { events } = deps
  if (flowId === undefined && outcome === undefined) {
    return {
      page: async (after, limit) =>
        (await events.page(filter, after, limit)).map((event) => ({ ...placeOf(event), event })),
      count: (limit) => events.count(filter, limit),
    }
  }
  const look = lookFor(deps, { flowId, outcome, ...filter })
  return {
    async page(after, limit) {
      const places = await gather(look, after, limit)
      const found = await events.findMany(places.map(({ eventId }) => eventId))
      const byId = new Map(found.map((event) => [event.id, event]))
      return places.flatMap(({ id, at, eventId }) => {
        const event = byId.get(eventId)
        return event ? [{ id, at, event }] : []
      })
    },
    count: async (limit) => (await gather(look, undefined, limit)).length,
  }
}

/** Looks on until there are `limit`, or no more. */
async function gather(look: Look, after: Cursor | undefined, limit: number): Promise<Place[]> {
  const gathered: Place[] = []
  let from = after
  for (let size = Math.min(limit, LOOK_MAX); ; size = Math.min(size * 2, LOOK_MAX)) {
    const { places, last } = await look(from, size)
    gathered.push(...places)
    if (!last || gathered.length >= limit) return gathered.slice(0, limit)
    from = last
  }
}

/** By whatever there is least of: a person has few events, and few deliveries are troubled or wait. */
function lookFor(deps: Deps, wanted: EventsWanted): Look {
  const { flowId, outcome, ...filter } = wanted
  if (filter.contactId !== undefined) return amongEvents(deps, wanted)
  if (outcome !== undefined) return amongDeliveries(deps, { flowId, outcome, filter })
  return flowId === undefined ? amongEvents(deps, wanted) : amongRuns(deps, flowId, filter)
}

function amongEvents({ events, deliveries }: Deps, { flowId, outcome, ...filter }: EventsWanted): Look {
  return async (after, size) => {
    const page = await events.page(filter, after, size)
    const standings = await standingsByEvent(
      deliveries,
      page.map(({ id }) => id),
      flowId,
    )
    const fitting = page.filter(({ id, matches }) => {
      const mine = standings.get(id) ?? []
      const hasRun = flowId === undefined || mine.length > 0 || enteredBy(matches, flowId) !== undefined
      return hasRun && (outcome === undefined || outcomeOf(mine) === outcome)
    })
    return { places: fitting.map(placeOf), last: lastOf(page.map(placeOf), size) }
  }
}

/** An event stands where the flow ran for it. Where it entered twice, as another person, the last time counts. */
function amongRuns({ events, runs }: Deps, flowId: string, filter: EventFilter): Look {
  const earliest = earliestOf(filter)
  return async (after, size) => {
    const page = await runs.page(flowId, after, size)
    const inTime = page.filter(({ startedAt }) => !earliest || startedAt >= earliest)
    const known = await events.matchesOf(
      inTime.map(({ eventId }) => eventId),
      filter,
    )
    const places = inTime.map(({ id, startedAt, eventId }): Place => ({ id, at: startedAt, eventId }))
    const fitting = places.filter(({ id, eventId }) => {
      const matches = known.get(eventId)
      return matches && (enteredBy(matches, flowId) ?? id) === id
    })
    return { places: fitting, last: inTime.length < page.length ? undefined : lastOf(places, size) }
  }
}

/**
 * An event stands where the oldest of its deliveries in these states does: one that is made later neither moves it nor
 * brings it a second time.
 */
function amongDeliveries(
  { events, deliveries }: Deps,
  { flowId, outcome, filter }: { flowId: string | undefined; outcome: EventOutcome; filter: EventFilter },
): Look {
  const states = statesOf[outcome]
  const from = earliestOf(filter)
  return async (after, size) => {
    const page = await deliveries.standings({ flowId, states, from }, after, size)
    const ids = [...new Set(page.map(({ eventId }) => eventId))]
    const [known, standings] = await Promise.all([
      events.matchesOf(ids, filter),
      standingsByEvent(deliveries, ids, flowId),
    ])
    const fitting = page.filter(({ id, eventId }) => {
      const mine = standings.get(eventId) ?? []
      return known.has(eventId) && outcomeOf(mine) === outcome && oldestIn(states, mine)?.id === id
    })
    return { places: fitting.map(placeOfDelivery), last: lastOf(page.map(placeOfDelivery), size) }
  }
}

/** By event; with a flow, what this flow made alone. */
async function standingsByEvent(
  deliveries: Deps['deliveries'],
  eventIds: readonly string[],
  flowId: string | undefined,
): Promise<ReadonlyMap<string, Standing[]>> {
  const all = await deliveries.standingsOf(eventIds)
  const mine = flowId === undefined ? all : all.filter((each) => each.flowId === flowId)
  return Map.groupBy(mine, ({ eventId }) => eventId)
}

function outcomeOf(standings: readonly Standing[]): EventOutcome | undefined {
  return eventOutcomes.find((outcome) => standings.some(({ state }) => statesOf[outcome].includes(state)))
}

function oldestIn(states: readonly DeliveryState[], standings: readonly Standing[]): Standing | undefined {
  return standings
    .filter(({ state }) => states.includes(state))
    .reduce<Standing | undefined>(
      (oldest, each) => (oldest && isOlder(oldest, each) ? oldest : each),
      undefined,
    )
}

function isOlder(one: Standing, other: Standing): boolean {
  return (one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1)) < 0
}

/** The run that an event's own record names. */
function enteredBy(matches: readonly FlowMatch[], flowId: string): string | undefined {
  return matches.find((match) => match.flowId === flowId && match.outcome === 'entered')?.runId
}

function earliestOf({ from }: EventFilter): Date | undefined {
  return from && new Date(from.getTime() - CLOCKS_APART_MS)
}

function placeOf({ id, recordedAt }: HubEvent): Place {
  return { id, at: recordedAt, eventId: id }
}

function placeOfDelivery({ id, createdAt, eventId }: Standing): Place {
  return { id, at: createdAt, eventId }
}

function lastOf(places: readonly Place[], size: number): Cursor | undefined {
  return places.length < size ? undefined : places.at(-1)
}
