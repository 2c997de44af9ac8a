import { builder } from '../graphql/builder.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { ActionType, ConnectionType, EventType, FlowType } from '../graphql/refs.ts'
import { DeliveryStateEnum, ReasonType } from '../graphql/shared.graphql.ts'
import { findProblems, PROBLEM_DAYS, TROUBLES_MAX } from './find-problems.ts'
import type { Problem, Problems } from './find-problems.ts'

const ProblemKindEnum = builder.enumType('ProblemKind', {
  values: {
    connection: { description: 'Nothing gets through to it, or somebody has to sign in.' },
    flow: { description: 'What one of its steps made could not be sent, or was refused.' },
  } as const,
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
  }),
})

const ProblemsType = builder.objectRef<Problems>('Problems').implement({
  description: 'What needs somebody, the cause that touches most people first.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    items: t.expose('items', { type: [ProblemType] }),
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
