import type { MappingInput } from '../../mappings/mapping.ts'
import { readableFields } from '../../mappings/readable-fields.ts'
import type { ReadableField } from '../../mappings/readable-fields.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { parseInput } from '../input-invalid.ts'
import { presetsAtHand } from '../mappings/presets-at-hand.ts'
import { storedMappingInput } from '../pipeline/map-later.ts'
import { evaluateCondition } from './evaluate-condition.ts'
import type { ConditionResult } from './evaluate-condition.ts'
import { conditionSchema } from './flow.ts'
import type { Condition } from './flow.ts'

type HubEvent = NonNullable<Awaited<ReturnType<WorkspaceDeps['events']['find']>>>

/** How the beginning of a flow, its *when* and *only if*, would have fared with what really came. */
export interface FilterTrial {
  /** How many such events came in the last seven days; 10,000 means that many or more. */
  lastWeek: number
  /** The newest of the last thirty days, newest first, each with whether it would pass. */
  tried: { event: HubEvent; result: ConditionResult }[]
  /** What a condition can read. */
  fields: ReadableField[]
  /** No such event has come yet: the fields are those of a made-up one. */
  isMadeUp: boolean
}

export const TRIED_MAX = 50
const COUNTED_MAX = 10_000
const DAY_MS = 86_400_000
const PASSES: ConditionResult = { holds: true }

type Deps = Pick<WorkspaceDeps, 'events' | 'connections' | 'hub' | 'now'>

/** Nothing is stored and nothing runs. Throws `InputInvalid` for what is no condition. */
export async function tryFilter(
  deps: Deps,
  asked: {
    trigger: { connectionId?: string | null; events: readonly string[] }
    filter?: unknown
    last: number
  },
): Promise<FilterTrial> {
  const { trigger, last } = asked
  const filter = parseInput(conditionSchema.nullish(), asked.filter, 'filter') ?? undefined
  const from = (days: number) => new Date(deps.now().getTime() - days * DAY_MS)
  const such = {
    names: trigger.events,
    ...(trigger.connectionId ? { connectionId: trigger.connectionId } : {}),
  }
  const [lastWeek, events] = await Promise.all([
    deps.events.count({ ...such, from: from(7) }, COUNTED_MAX),
    deps.events.page({ ...such, from: from(30) }, undefined, Math.max(1, Math.min(last, TRIED_MAX))),
  ])
  const inputs = await readInputs(deps, events, filter)
  const isMadeUp = inputs.length === 0
  return {
    lastWeek,
    tried: inputs.map(({ event, input }) => ({
      event,
      result: filter ? evaluateCondition(filter, input) : PASSES,
    })),
    fields: readableFields(isMadeUp ? await samples(deps, trigger) : inputs.map(({ input }) => input)),
    isMadeUp,
  }
}

async function readInputs(
  deps: Deps,
  events: readonly HubEvent[],
  filter: Condition | undefined,
): Promise<{ event: HubEvent; input: MappingInput }[]> {
  // What the vendor posted is large, and few conditions look at it; a name may be written between back-quotes.
  const readsRaw = JSON.stringify(filter ?? null).includes('raw')
  const read = await Promise.all(
    events.map(async (event) => {
      const of = { workspaceId: event.workspaceId, eventId: event.id }
      const input = await storedMappingInput(deps.hub, of, deps.now(), readsRaw)
      return input ? [{ event, input }] : []
    }),
  )
  return read.flat()
}

/** The made-up events of the presets for the same trigger. */
async function samples(
  { connections }: Deps,
  { connectionId, events }: { connectionId?: string | null; events: readonly string[] },
): Promise<MappingInput[]> {
  const connectorId = connectionId ? (await connections.find(connectionId))?.connectorId : undefined
  return presetsAtHand()
    .filter(
      ({ from, sample }) => events.includes(sample.event.name) && (!connectorId || from === connectorId),
    )
    .map(({ sample }) => sample)
}
