import { signInOf } from '../connections/sign-in-of.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { troubledStates } from '../deliveries/delivery-state.ts'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import type { Reason } from '../errors.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import type { ProblemSnooze } from './problem-snooze-store.ts'

type Trouble = Awaited<ReturnType<WorkspaceDeps['deliveries']['troubled']>>[number]
type Connection = Awaited<ReturnType<WorkspaceDeps['connections']['page']>>[number]

/** One cause that keeps deliveries from arriving until somebody does something about it. */
export interface Problem {
  /** The same for the same cause. */
  id: string
  /** `connection`: nothing gets through to it. `flow`: what one of its steps made could not be sent or was refused. */
  kind: 'connection' | 'flow'
  /** The destination. */
  connectionId: string
  flowId?: string
  stepId?: string
  /** What the step does. */
  action?: { connectorId: string; actionId: string }
  /** Of the deliveries; absent where none waits. */
  state?: DeliveryState
  /** The field of the mapping that could not be made. */
  field?: string
  /** Of the newest delivery. */
  reason?: Reason
  /** Of a connection: all that wait, up to 1,000. */
  deliveries: number
  /** How many people it keeps something from. */
  people: number
  since?: Date
  /** The event of the newest delivery: an example to look at. */
  eventId?: string
  /** Somebody has put it out of the way for a while. */
  snooze?: ProblemSnooze
}

export interface Problems {
  items: Problem[]
  /** What somebody has put out of the way for a while, what comes back first at the front. */
  snoozed: Problem[]
  /** True where only the newest deliveries were counted. */
  isCapped: boolean
}

/** What is older was not worth mending to anybody, and would stand here for ever. */
export const PROBLEM_DAYS = 30
/** Of each state; enough to name the causes. */
export const TROUBLES_MAX = 1_000
const CONNECTIONS_MAX = 1_000
const DAY_MS = 86_400_000

const states: readonly DeliveryState[] = ['parked', ...troubledStates]

export type ProblemDeps = Pick<WorkspaceDeps, 'deliveries' | 'connections' | 'problemSnoozes' | 'hub' | 'now'>

/** What needs somebody: one entry for each cause, the one that touches most people first. */
export async function findProblems(
  deps: ProblemDeps,
  health: Pick<DestinationHealth, 'of' | 'openAmong'>,
): Promise<Problems> {
  const { problems, isCapped } = await findCauses(deps, health)
  const snoozes = await deps.problemSnoozes.among(
    problems.map(({ id }) => id),
    deps.now(),
  )
  const all = problems.map((problem) => withSnooze(problem, snoozes.get(problem.id), isCapped))
  return {
    items: all.filter(({ snooze }) => !snooze).sort((a, b) => b.people - a.people || (a.id < b.id ? -1 : 1)),
    snoozed: all.filter(({ snooze }) => snooze).sort((a, b) => wakesAt(a) - wakesAt(b)),
    isCapped,
  }
}

function wakesAt({ snooze }: Problem): number {
  return snooze?.until.getTime() ?? 0
}

/**
 * A snooze is about what was there when somebody said so. A cause that began afterwards is another one, even if it has
 * the same name: what was snoozed has been mended meanwhile, or had kept nothing from anybody yet. Where only the newest
 * deliveries were counted nobody can tell when it began: what was asked for holds.
 */
function withSnooze(problem: Problem, snooze: ProblemSnooze | undefined, isCapped: boolean): Problem {
  if (!snooze) return problem
  const isAnother = !isCapped && problem.since !== undefined && problem.since > snooze.at
  return isAnother ? problem : { ...problem, snooze }
}

async function findCauses(
  deps: ProblemDeps,
  health: Pick<DestinationHealth, 'of' | 'openAmong'>,
): Promise<{ problems: Problem[]; isCapped: boolean }> {
  const since = new Date(deps.now().getTime() - PROBLEM_DAYS * DAY_MS)
  const [troubles, connections] = await Promise.all([
    deps.deliveries.troubled(states, since, TROUBLES_MAX),
    deps.connections.page(undefined, CONNECTIONS_MAX),
  ])
  const parked = Map.groupBy(
    troubles.filter(({ state }) => state === 'parked'),
    ({ connectionId }) => connectionId,
  )
  const open = new Set(await health.openAmong(connections.map(({ id }) => id)))
  const held = await Promise.all(
    connections.map((connection) =>
      problemOf(deps, health, connection, open.has(connection.id), parked.get(connection.id) ?? []),
    ),
  )
  return {
    problems: [...held.flat(), ...flowProblems(troubles)],
    isCapped: states.some((each) => troubles.filter(({ state }) => state === each).length >= TROUBLES_MAX),
  }
}

/** A connection is in the way where nothing gets through, somebody has to sign in, or something waits for it. */
async function problemOf(
  { hub, deliveries }: Pick<WorkspaceDeps, 'hub' | 'deliveries'>,
  health: Pick<DestinationHealth, 'of'>,
  connection: Connection,
  isOpen: boolean,
  parked: readonly Trouble[],
): Promise<Problem[]> {
  const broken = isOpen ? await health.of(connection.id) : undefined
  const signIn = await signInOf(hub, connection)
  const needsSignIn = signIn.state === 'needed' ? signIn.reason : undefined
  if (!broken && !needsSignIn && parked.length === 0) return []
  const counted = count(parked)
  const reason = needsSignIn ?? broken?.reason ?? connection.pausedBecause ?? counted.reason
  const since = broken?.since ?? counted.since
  return [
    {
      ...counted,
      id: connection.id,
      kind: 'connection',
      connectionId: connection.id,
      // Only the first of each person's is parked; the others wait behind it.
      deliveries: await deliveries.countOpen([connection.id], TROUBLES_MAX),
      ...(reason ? { reason } : {}),
      ...(since ? { since } : {}),
    },
  ]
}

function flowProblems(troubles: readonly Trouble[]): Problem[] {
  const causes = new Map<string, { field: string | undefined; troubles: Trouble[] }>()
  for (const trouble of troubles) {
    if (trouble.state === 'parked') continue
    const { state, flowId, stepId, connectionId, fields, reason } = trouble
    for (const field of fields.length > 0 ? causesAmong(fields) : [undefined]) {
      const key = [flowId, stepId, connectionId, state, field ?? reason?.code].join('/')
      const cause = causes.get(key) ?? { field, troubles: [] }
      causes.set(key, cause)
      cause.troubles.push(trouble)
    }
  }
  return [...causes].flatMap(([id, { field, troubles: mine }]) => {
    const [newest] = mine
    if (!newest) return []
    const { connectionId, connectorId, actionId, flowId, stepId, state } = newest
    return [
      {
        ...count(mine),
        id,
        kind: 'flow' as const,
        connectionId,
        flowId,
        stepId,
        action: { connectorId, actionId },
        state,
        ...(field ? { field } : {}),
      },
    ]
  })
}

/** A whole is missing because a part of it could not be made: the part is the cause. */
function causesAmong(fields: readonly string[]): Set<string> {
  return new Set(fields.filter((field) => !fields.some((other) => other.startsWith(`${field}.`))))
}

/** Newest first. */
function count(
  troubles: readonly Trouble[],
): Pick<Problem, 'deliveries' | 'people' | 'since' | 'reason' | 'eventId' | 'state'> {
  const newest = troubles[0]
  const oldest = troubles.at(-1)
  return {
    deliveries: troubles.length,
    people: new Set(troubles.map(({ contactId, eventId }) => contactId ?? eventId)).size,
    ...(oldest ? { since: oldest.createdAt } : {}),
    ...(newest ? { eventId: newest.eventId, state: newest.state } : {}),
    ...(newest?.reason ? { reason: newest.reason } : {}),
  }
}
