import { isDeepStrictEqual } from 'node:util'
import { nameOfActor } from '../accounts/name-of-actor.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { listOf, pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import {
  ActionType,
  ConnectionType,
  DeliveryPage,
  FlowPage,
  FlowType,
  MappingType,
  RunPage,
} from '../graphql/refs.ts'
import { DeletedType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { RenamedMeanwhile } from '../renamed-meanwhile.ts'
import { createFlow } from './create-flow.ts'
import { deleteFlow } from './delete-flow.ts'
import { findFlowGaps } from './find-flow-gaps.ts'
import {
  FlowChangedMeanwhile,
  FlowIncomplete,
  FlowNotFound,
  FlowNotPublished,
  FlowVersionNotFound,
} from './flow-errors.ts'
import type { FlowGap } from './flow-errors.ts'
import { entrySchema } from './flow.ts'
import type { FlowDefinition, FlowStep, FlowVersion } from './flow.ts'
import { pauseFlow, resumeFlow } from './pause-flow.ts'
import { publishFlow, rollBackFlow } from './publish-flow.ts'
import { updateFlowDraft } from './update-flow-draft.ts'

/** More than that are not counted. */
const KEPT_OUT_MAX = 10_000

const FlowStateEnum = builder.enumType('FlowState', {
  description: 'Whether events enter.',
  values: ['on', 'paused'] as const,
})

export const EntryEnum = builder.enumType('Entry', {
  description: 'How often one contact may go through: for every event, or once at all.',
  values: entrySchema.options,
})

const FlowTriggerType = builder.objectRef<FlowDefinition['trigger']>('FlowTrigger').implement({
  description: 'When: these events, of one connection or of any.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    connectionId: t.exposeID('connectionId', { nullable: true, description: 'Absent: any connection.' }),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      resolve: ({ connectionId }, _args, { load }) => loadOptional(load.connections, connectionId),
    }),
    events: t.exposeStringList('events'),
  }),
})

const FlowStepType = builder.objectRef<FlowStep>('FlowStep').implement({
  description: 'Do: one action to be carried out.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same in all versions.' }),
    kind: t.exposeString('kind'),
    name: t.exposeString('name'),
    connectionId: t.exposeID('connectionId'),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      resolve: ({ connectionId }, _args, { load }) => load.connections.load(connectionId),
    }),
    actionId: t.exposeString('actionId'),
    action: t.field({
      type: ActionType,
      nullable: true,
      resolve: async ({ connectionId, actionId }, _args, { load, hub }) => {
        const connection = await load.connections.load(connectionId)
        const action = connection && hub.connectors.get(connection.connectorId)?.actions[actionId]
        return action && { id: actionId, action }
      },
    }),
    mappingId: t.exposeID('mappingId'),
    mapping: t.field({
      type: MappingType,
      nullable: true,
      resolve: ({ mappingId }, _args, { load }) => load.mappings.load(mappingId),
    }),
  }),
})

const FlowDefinitionType = builder.objectRef<FlowDefinition>('FlowDefinition').implement({
  description: 'When (trigger), only if (filter), do (steps).',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    trigger: t.expose('trigger', { type: FlowTriggerType }),
    filter: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Comparisons { path, op, value }, joined by all, any and not.',
      resolve: ({ filter }) => filter,
    }),
    entry: t.expose('entry', { type: EntryEnum }),
    steps: t.expose('steps', { type: [FlowStepType] }),
  }),
})

const FlowVersionType = builder.objectRef<FlowVersion>('FlowVersion').implement({
  description: 'A published state of a flow; never changes.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    version: t.exposeInt('version'),
    definition: t.expose('definition', { type: FlowDefinitionType }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime' }),
    publishedBy: t.exposeString('publishedBy', { description: 'The id of a user or token, or operator.' }),
    publishedByName: t.string({
      nullable: true,
      description: 'Their name; absent where they are no longer known.',
      resolve: ({ publishedBy }, _args, { deps }) => nameOfActor(deps, publishedBy),
    }),
  }),
})

const FlowGapType = builder.objectRef<FlowGap>('FlowGap').implement({
  description: 'Something that would make the flow fail for a real event.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    stepId: t.exposeID('stepId', { nullable: true }),
    code: t.exposeString('code'),
    subject: t.exposeString('subject', { description: 'What it is about: a field, a step, an event.' }),
    message: t.exposeString('message'),
  }),
})

FlowType.implement({
  description: 'When something happens in one tool, do something in others.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    state: t.expose('state', { type: FlowStateEnum }),
    pausedAt: t.expose('pausedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was paused last. Kept when it is turned on again; absent where it was not paused since this is written down.',
    }),
    keptOut: t.int({
      description: `How many events its last pause kept out that have not been sent through since (\`replayEvents\`); ${KEPT_OUT_MAX} means that many or more.`,
      complexity: 10,
      resolve: ({ id, pausedAt }, _args, { deps }) =>
        pausedAt ? deps.events.countKeptOut({ flowId: id, since: pausedAt }, deps.now(), KEPT_OUT_MAX) : 0,
    }),
    draft: t.expose('draft', { type: FlowDefinitionType }),
    draftRevision: t.exposeInt('draftRevision', { description: 'Raised whenever the draft is saved.' }),
    gaps: t.field({
      type: [FlowGapType],
      description: 'What the draft lacks to be published.',
      complexity: 20,
      resolve: ({ draft }, _args, { deps }) => findFlowGaps(deps, draft),
    }),
    publishedVersion: t.exposeInt('publishedVersion', {
      nullable: true,
      description: 'Absent until it is first published; nothing runs before.',
    }),
    published: t.field({
      type: FlowVersionType,
      nullable: true,
      resolve: ({ id, publishedVersion }, _args, { deps }) =>
        publishedVersion === undefined ? undefined : deps.flows.version(id, publishedVersion),
    }),
    hasUnpublishedChanges: t.boolean({
      description: 'The draft differs from what is published.',
      resolve: async ({ id, draft, publishedVersion }, _args, { deps }) => {
        if (publishedVersion === undefined) return true
        const published = await deps.flows.version(id, publishedVersion)
        return !isDeepStrictEqual(published?.definition, draft)
      },
    }),
    versions: t.field({
      type: [FlowVersionType],
      description: 'Every published state, newest first.',
      resolve: ({ id }, _args, { deps }) => deps.flows.versions(id),
    }),
    runs: t.field({
      type: RunPage,
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ id }, args, { deps: { runs } }) =>
        readPage(args, listOf(runs, id), ({ startedAt }) => startedAt),
    }),
    deliveries: t.field({
      type: DeliveryPage,
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ id }, args, { deps: { deliveries } }) =>
        readPage(args, listOf(deliveries, { flowId: id }), ({ createdAt }) => createdAt),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

export const FlowTriggerInput = builder.inputType('FlowTriggerInput', {
  fields: (t) => ({
    connectionId: t.id({ description: 'Left out: any connection.' }),
    events: t.stringList({ required: true }),
  }),
})

const FlowStepInput = builder.inputType('FlowStepInput', {
  fields: (t) => ({
    id: t.id({
      description:
        'Keep it when you change a step. For a new one leave it out, or give one of your own: stp_ and what is found nowhere else.',
    }),
    name: t.string(),
    connectionId: t.id({ required: true }),
    actionId: t.string({ required: true }),
    mappingId: t.id({ required: true }),
  }),
})

const FlowDefinitionInput = builder.inputType('FlowDefinitionInput', {
  description: 'When (trigger), only if (filter), do (steps).',
  fields: (t) => ({
    trigger: t.field({ type: FlowTriggerInput, required: true }),
    filter: t.field({
      type: 'JSON',
      description: 'Comparisons { path, op, value }, joined by { all: […] }, { any: […] } and { not: … }.',
    }),
    entry: t.field({ type: EntryEnum }),
    steps: t.field({ type: [FlowStepInput], required: true }),
  }),
})

for (const [errorClass, name, description] of [
  [FlowNotFound, 'FlowNotFound', 'The workspace has no such flow.'],
  [FlowVersionNotFound, 'FlowVersionNotFound', 'The flow has no such version.'],
  [FlowChangedMeanwhile, 'FlowChangedMeanwhile', 'Somebody else changed it meanwhile.'],
  [FlowNotPublished, 'FlowNotPublished', 'The flow has never been published.'],
] as const) {
  builder.objectType(errorClass, {
    name,
    description,
    interfaces: [HubErrorType],
    authScopes: { signedIn: true },
  })
}

builder.objectType(FlowIncomplete, {
  name: 'FlowIncomplete',
  description: 'Something would make the flow fail for a real event.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ gaps: t.field({ type: [FlowGapType], resolve: ({ gaps }) => [...gaps] }) }),
})

builder.queryField('flows', (t) =>
  t.field({
    type: FlowPage,
    authScopes: { role: 'viewer' },
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, { deps: { flows } }) => readPage(args, flows, ({ updatedAt }) => updatedAt),
  }),
)

builder.queryField('flow', (t) =>
  t.field({
    type: FlowType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.flows.find(id),
  }),
)

builder.mutationField('createFlow', (t) =>
  t.field({
    type: FlowType,
    description: 'A new flow as a draft: nothing runs before it is published.',
    authScopes: { role: 'marketer' },
    errors: { types: [InputInvalid] },
    args: {
      name: t.arg.string({ required: true }),
      definition: t.arg({ type: FlowDefinitionInput, required: true }),
    },
    resolve: (_root, args, { deps }) => createFlow(deps, args),
  }),
)

builder.mutationField('updateFlowDraft', (t) =>
  t.field({
    type: FlowType,
    description: 'Changes name and draft; what is published goes on as it is.',
    authScopes: { role: 'marketer' },
    errors: { types: [FlowNotFound, FlowChangedMeanwhile, RenamedMeanwhile, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      revision: t.arg.int({
        description:
          'The `draftRevision` that was changed: refused where somebody else saved meanwhile. Left out: whatever is there is overwritten.',
      }),
      name: t.arg.string(),
      nameSeen: t.arg.string({
        description: 'The name that it had: refused where somebody else renamed it meanwhile.',
      }),
      definition: t.arg({ type: FlowDefinitionInput }),
    },
    resolve: (_root, { id, ...change }, { deps }) => updateFlowDraft(deps, id, change),
  }),
)

builder.mutationField('publishFlow', (t) =>
  t.field({
    type: FlowType,
    description:
      'Turns the draft on, as a new version; where it is what runs already, nothing changes. Refused where it would fail for a real event.',
    authScopes: { role: 'marketer' },
    errors: { types: [FlowNotFound, FlowIncomplete, FlowChangedMeanwhile] },
    args: {
      id: t.arg.id({ required: true }),
      revision: t.arg.int({
        description:
          'The `draftRevision` that was looked at: refused where somebody else saved meanwhile. Left out: the draft as it is.',
      }),
    },
    resolve: (_root, { id, revision }, context) => publishFlow(context.deps, id, context.actor, revision),
  }),
)

builder.mutationField('rollBackFlow', (t) =>
  t.field({
    type: FlowType,
    description:
      'Publishes what an earlier version did as a new version, unless it is what runs already. The draft stays.',
    authScopes: { role: 'marketer' },
    errors: { types: [FlowNotFound, FlowVersionNotFound, FlowIncomplete, FlowChangedMeanwhile] },
    args: { id: t.arg.id({ required: true }), version: t.arg.int({ required: true }) },
    resolve: (_root, { id, version }, context) => rollBackFlow(context.deps, id, version, context.actor),
  }),
)

builder.mutationField('pauseFlow', (t) =>
  t.field({
    type: FlowType,
    description: 'Nothing enters any more; events say so. What is under way goes on.',
    authScopes: { role: 'marketer' },
    errors: { types: [FlowNotFound, FlowNotPublished] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => pauseFlow(deps, id),
  }),
)

builder.mutationField('resumeFlow', (t) =>
  t.field({
    type: FlowType,
    description: 'Events enter again. `replayEvents` sends through those that the pause kept out.',
    authScopes: { role: 'marketer' },
    errors: { types: [FlowNotFound, FlowNotPublished] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => resumeFlow(deps, id),
  }),
)

builder.mutationField('deleteFlow', (t) =>
  t.field({
    type: DeletedType,
    description: 'Nothing enters any more; what it has done stays to be looked at.',
    authScopes: { role: 'marketer' },
    errors: { types: [FlowNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deleteFlow(deps, id),
  }),
)
