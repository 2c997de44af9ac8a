import { nameOfActor } from '../accounts/name-of-actor.ts'
import { builder } from '../graphql/builder.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { ActionType, ConnectionType, EventType, FlowType } from '../graphql/refs.ts'
import { DeliveryStateEnum, ReasonType } from '../graphql/shared.graphql.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { findProblems, PROBLEM_DAYS, TROUBLES_MAX } from './find-problems.ts'
import type { Problem, Problems } from './find-problems.ts'
import { ProblemNotFound } from './problem-errors.ts'
import type { ProblemSnooze } from './problem-snooze-store.ts'
import { snoozeProblem } from './snooze-problem.ts'
import { wakeProblem } from './wake-problem.ts'

const ProblemKindEnum = builder.enumType('ProblemKind', {
  values: {
    connection: { description: 'Nothing gets through to it, or somebody has to sign in.' },
    flow: { description: 'What one of its steps made could not be sent, or was refused.' },
  } as const,
})

const ProblemSnoozeType = builder
  .objectRef<ProblemSnooze & { morePeople: number }>('ProblemSnooze')
  .implement({
    description: 'Somebody does not want to be shown a problem for a while.',
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      until: t.expose('until', { type: 'DateTime', description: 'It comes back by itself then.' }),
      at: t.expose('at', { type: 'DateTime', description: 'When it was snoozed.' }),
      by: t.exposeString('by', { description: 'The id of a user or token, or operator.' }),
      byName: t.string({
        nullable: true,
        description: 'Their name now; nothing where they are gone.',
        resolve: ({ by }, _args, { deps }) => nameOfActor(deps, by),
      }),
      morePeople: t.exposeInt('morePeople', {
        description: 'How many more people go without something now than when it was snoozed.',
      }),
    }),
  })

const ProblemType = builder.objectRef<Problem>('Problem').implement({
  description: 'One cause that keeps deliveries from arriving until somebody does something about it.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same for the same cause.' }),
    kind: t.expose('kind', { type: ProblemKindEnum }),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      description: 'The destination.',
      resolve: ({ connectionId }, _args, { load }) => load.connections.load(connectionId),
    }),
    flow: t.field({
      type: FlowType,
      nullable: true,
      resolve: ({ flowId }, _args, { load }) => loadOptional(load.flows, flowId),
    }),
    stepId: t.exposeID('stepId', { nullable: true }),
    action: t.field({
      type: ActionType,
      nullable: true,
      description: 'What the step does. Absent for a connection, and where the connector no longer has it.',
      resolve: ({ action: step }, _args, { hub }) => {
        const action = step && hub.connectors.get(step.connectorId)?.actions[step.actionId]
        return action && { id: step.actionId, action }
      },
    }),
    state: t.expose('state', {
      type: DeliveryStateEnum,
      nullable: true,
      description: 'Of the deliveries; absent where none waits.',
    }),
    field: t.exposeString('field', {
      nullable: true,
      description: 'The field of the mapping that could not be made.',
    }),
    reason: t.expose('reason', {
      type: ReasonType,
      nullable: true,
      description: 'Why, for the newest of the deliveries.',
    }),
    deliveries: t.exposeInt('deliveries'),
    people: t.exposeInt('people', { description: 'How many people it keeps something from.' }),
    since: t.expose('since', { type: 'DateTime', nullable: true }),
    example: t.field({
      type: EventType,
      nullable: true,
      description: 'The event of the newest of the deliveries.',
      resolve: ({ eventId }, _args, { load }) => loadOptional(load.events, eventId),
    }),
    snooze: t.field({
      type: ProblemSnoozeType,
      nullable: true,
      description: 'Absent where it is shown.',
      resolve: ({ people, snooze }) =>
        snooze && { ...snooze, morePeople: Math.max(0, people - snooze.people) },
    }),
  }),
})

const ProblemsType = builder.objectRef<Problems>('Problems').implement({
  description: 'What needs somebody, the cause that touches most people first.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    items: t.expose('items', { type: [ProblemType] }),
    snoozed: t.expose('snoozed', {
      type: [ProblemType],
      description: 'What somebody put out of the way for a while, what comes back first at the front.',
    }),
    isCapped: t.exposeBoolean('isCapped', {
      description: `True where only the newest ${TROUBLES_MAX} deliveries of a state were counted.`,
    }),
  }),
})

builder.queryField('problems', (t) =>
  t.field({
    type: ProblemsType,
    description: `What needs somebody, by its cause, over the last ${PROBLEM_DAYS} days.`,
    authScopes: { role: 'viewer' },
    complexity: 200,
    resolve: (_root, _args, { deps, health }) => findProblems(deps, health),
  }),
)

builder.objectType(ProblemNotFound, {
  name: 'ProblemNotFound',
  interfaces: [HubErrorType],
  authScopes: { role: 'viewer' },
})

builder.mutationField('snoozeProblem', (t) =>
  t.field({
    type: ProblemType,
    description: `Moves a problem from \`items\` to \`snoozed\` until a moment within the next ${PROBLEM_DAYS} days. It is about people’s attention and nothing else: deliveries, metrics and alerts go on as before. Of several people the last one counts. Once the cause is mended the snooze is forgotten: should it come again, it is shown.`,
    authScopes: { role: 'marketer' },
    errors: { types: [ProblemNotFound, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      until: t.arg({ type: 'DateTime', required: true }),
    },
    resolve: (_root, { id, until }, { deps, health, actor }) =>
      snoozeProblem(deps, health, { id, until, by: actor }),
  }),
)

builder.mutationField('wakeProblem', (t) =>
  t.field({
    type: ProblemType,
    description: 'Ends a snooze before its time. Of a problem that is not snoozed it changes nothing.',
    authScopes: { role: 'marketer' },
    errors: { types: [ProblemNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps, health }) => wakeProblem(deps, health, id),
  }),
)
