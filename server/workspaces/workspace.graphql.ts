import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ConnectionType, WorkspaceType } from '../graphql/refs.ts'
import { InputInvalid } from '../input-invalid.ts'
import type { StatePoint } from '../platform/count-states.ts'
import { createWorkspace } from './create-workspace.ts'
import { COUNTED_MAX, readStatistics } from './read-statistics.ts'
import type { StateTotal, Statistics } from './read-statistics.ts'
import { setRetention } from './set-retention.ts'
import { WorkspaceNotFound } from './workspace-errors.ts'
import type { Retention } from './workspace-store.ts'

/** A month of hours. */
const HOURS_MAX = 24 * 31

const RetentionType = builder.objectRef<Retention>('Retention').implement({
  description: 'How long things are kept, in days. Nothing unfinished is ever pruned.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    bodiesDays: t.exposeInt('bodiesDays', { description: 'Raw bodies and captured exchanges.' }),
    receiptsDays: t.exposeInt('receiptsDays'),
    refusedDays: t.exposeInt('refusedDays', { description: 'Refused receipts.' }),
    deliveriesDays: t.exposeInt('deliveriesDays'),
  }),
})

WorkspaceType.implement({
  description: 'A place of its own for a team or a client: nothing in it is seen from elsewhere.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    retention: t.expose('retention', { type: RetentionType }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

const StatePointType = builder.objectRef<StatePoint>('StatePoint').implement({
  description: 'How many began in one step of time, by the state they are in now.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'The beginning of the step.' }),
    state: t.exposeString('state'),
    count: t.exposeInt('count'),
  }),
})

const StateTotalType = builder.objectRef<StateTotal>('StateTotal').implement({
  description: 'How many are in one state.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({ state: t.exposeString('state'), count: t.exposeInt('count') }),
})

const StatisticsType = builder.objectRef<Statistics>('Statistics').implement({
  description: 'What happened lately.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime' }),
    receipts: t.expose('receipts', { type: [StatePointType] }),
    deliveries: t.expose('deliveries', { type: [StatePointType] }),
    receiptTotals: t.expose('receiptTotals', {
      type: [StateTotalType],
      description: 'Of the whole period; 10,000 means that many or more.',
    }),
    deliveryTotals: t.expose('deliveryTotals', {
      type: [StateTotalType],
      description: 'Of the whole period; 10,000 means that many or more.',
    }),
    isCapped: t.exposeBoolean('isCapped', {
      description: `Step by step only the newest ${COUNTED_MAX} of a kind are counted; true where there were more.`,
    }),
    openReceipts: t.exposeInt('openReceipts', { description: 'Not yet worked through; at most 10,000.' }),
    openDeliveries: t.exposeInt('openDeliveries', { description: 'Waiting or under way; at most 10,000.' }),
    openBreakers: t.field({
      type: [ConnectionType],
      description: 'Connections whose deliveries are parked because nothing gets through.',
      complexity: 10,
      resolve: async (_statistics, _args, { deps, health }) => {
        const connections = await deps.connections.page(undefined, 1_000)
        const open = new Set(await health.openAmong(connections.map(({ id }) => id)))
        return connections.filter(({ id }) => open.has(id))
      },
    }),
  }),
})

const StepEnum = builder.enumType('StatisticsStep', { values: ['hour', 'day'] as const })

builder.objectType(WorkspaceNotFound, {
  name: 'WorkspaceNotFound',
  description: 'This hub has no such workspace.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('workspaces', (t) =>
  t.field({
    type: [WorkspaceType],
    description: 'All workspaces of this hub, for its operator.',
    authScopes: { operator: true },
    resolve: (_root, _args, { hub }) => hub.workspaces.all(),
  }),
)

builder.queryField('workspace', (t) =>
  t.field({
    type: WorkspaceType,
    nullable: true,
    description: 'The workspace of this request.',
    authScopes: { role: 'viewer' },
    resolve: (_root, _args, { hub, deps }) => hub.workspaces.find(deps.workspaceId),
  }),
)

builder.queryField('statistics', (t) =>
  t.field({
    type: StatisticsType,
    description: 'What happened in the last hours.',
    authScopes: { role: 'viewer' },
    complexity: 100,
    args: {
      hours: t.arg.int({ required: true, defaultValue: 24, description: `At most ${HOURS_MAX}.` }),
      step: t.arg({ type: StepEnum, required: true, defaultValue: 'hour' }),
    },
    resolve: (_root, { hours, step }, { deps }) => {
      if (hours < 1 || hours > HOURS_MAX) {
        throw new InputInvalid([{ path: 'hours', message: `must be between 1 and ${HOURS_MAX}` }])
      }
      return readStatistics(deps, { hours, step })
    },
  }),
)

const RetentionInput = builder.inputType('RetentionInput', {
  description: 'In days, 1 to 3,650 each.',
  fields: (t) => ({
    bodiesDays: t.int({ required: true }),
    receiptsDays: t.int({ required: true }),
    refusedDays: t.int({ required: true }),
    deliveriesDays: t.int({ required: true }),
  }),
})

builder.mutationField('createWorkspace', (t) =>
  t.field({
    type: WorkspaceType,
    description: 'A new workspace, by the operator.',
    authScopes: { operator: true },
    errors: { types: [InputInvalid] },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { hub }) => createWorkspace(hub, name),
  }),
)

builder.mutationField('setRetention', (t) =>
  t.field({
    type: WorkspaceType,
    description: 'How long things are kept in this workspace.',
    authScopes: { role: 'owner' },
    errors: { types: [WorkspaceNotFound, InputInvalid] },
    args: { retention: t.arg({ type: RetentionInput, required: true }) },
    resolve: (_root, { retention }, { deps }) => setRetention(deps, retention),
  }),
)
