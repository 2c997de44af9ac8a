import { findGaps } from '../../mappings/find-gaps.ts'
import type { InputProblem as TargetProblem } from '../../mappings/apply-mapping.ts'
import type { FieldOutcome } from '../../mappings/mapping.ts'
import { formulaFunctions } from '../../mappings/functions.ts'
import type { FormulaFunction } from '../../mappings/functions.ts'
import { presetGoals } from '../../mappings/presets.ts'
import type { Preset } from '../../mappings/presets.ts'
import { nameOfActor } from '../accounts/name-of-actor.ts'
import { ConnectionNotFound, ConnectionUnusable } from '../connections/connection-errors.ts'
import { ActionUnknown, ConnectorUnknown } from '../connectors/connector-errors.ts'
import { EventNotFound } from '../events/event-errors.ts'
import { builder } from '../graphql/builder.ts'
import { ExchangeType } from '../graphql/exchange.graphql.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { ActionType, ConnectorType, FlowType, MappingPage, MappingType } from '../graphql/refs.ts'
import { DeletedType, FlowNameType, ReasonType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { createMapping, createMappingFromPreset } from './create-mapping.ts'
import { deleteMapping } from './delete-mapping.ts'
import {
  MappingChangedMeanwhile,
  MappingInUse,
  MappingNotFound,
  MappingUnready,
  PresetUnknown,
} from './mapping-errors.ts'
import type { MappingVersion } from './mapping-store.ts'
import { presetId, presetsAtHand } from './presets-at-hand.ts'
import { jsonataOf, previewMapping } from './preview-mapping.ts'
import type { MappingPreview } from './preview-mapping.ts'
import { sampleInput } from './sample-input.ts'
import { saveMapping } from './save-mapping.ts'
import { sendTest } from './send-test.ts'
import type { TestSending } from './send-test.ts'
import { suggestFields } from './suggest-fields.ts'

const FIELDS =
  'Target fields with their sources, as { "<field>": { "source": { "kind": … }, "when": "always" } }.'

const MappingVersionType = builder.objectRef<MappingVersion>('MappingVersion').implement({
  description: 'One saved state of a mapping; never changes.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    version: t.exposeInt('version'),
    fields: t.field({ type: 'JSON', description: FIELDS, resolve: ({ fields }) => fields }),
    savedAt: t.expose('savedAt', { type: 'DateTime' }),
    savedBy: t.exposeString('savedBy', { description: 'The id of a user or token, or operator.' }),
    savedByName: t.string({
      nullable: true,
      description: 'Their name; absent where they are no longer known.',
      resolve: ({ savedBy }, _args, { deps }) => nameOfActor(deps, savedBy),
    }),
  }),
})

const MappingGapType = builder.objectRef<ReturnType<typeof findGaps>[number]>('MappingGap').implement({
  description: 'A field that the action cannot do without and that nothing is mapped to.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({ field: t.exposeString('field'), label: t.exposeString('label') }),
})

MappingType.implement({
  description: 'How an action’s input is made from an event and its contact.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    connectorId: t.exposeString('connectorId'),
    connector: t.field({
      type: ConnectorType,
      nullable: true,
      description: 'Absent when the connector is no longer on this hub.',
      resolve: ({ connectorId }, _args, { hub }) => hub.connectors.get(connectorId),
    }),
    actionId: t.exposeString('actionId'),
    action: t.field({
      type: ActionType,
      nullable: true,
      description: 'Absent when the connector no longer has it.',
      resolve: ({ connectorId, actionId }, _args, { hub }) => {
        const action = hub.connectors.get(connectorId)?.actions[actionId]
        return action && { id: actionId, action }
      },
    }),
    version: t.exposeInt('version'),
    fields: t.field({ type: 'JSON', description: FIELDS, resolve: ({ fields }) => fields }),
    jsonata: t.string({
      description: 'The whole mapping as one JSONata expression, for reading and export.',
      resolve: (mapping, _args, { hub }) => jsonataOf(hub, mapping),
    }),
    gaps: t.field({
      type: [MappingGapType],
      description: 'What has to be mapped yet before it can succeed.',
      resolve: ({ connectorId, actionId, fields }, _args, { hub }) => {
        const action = hub.connectors.get(connectorId)?.actions[actionId]
        return action ? findGaps(fields, action.input) : []
      },
    }),
    versions: t.field({
      type: [MappingVersionType],
      description: 'Every saved state, newest first.',
      resolve: ({ id }, _args, { deps }) => deps.mappings.versions(id),
    }),
    usedBy: t.field({ type: [FlowType], resolve: ({ id }, _args, { deps }) => deps.flows.using(id) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const FieldProblemType = builder
  .objectRef<Pick<TargetProblem, 'code' | 'message' | 'data'>>('FieldProblem')
  .implement({
    description: 'Why a field could not be made.',
    authScopes: { role: 'marketer' },
    fields: (t) => ({
      code: t.exposeString('code'),
      message: t.exposeString('message'),
      data: t.field({ type: 'JSON', nullable: true, resolve: ({ data }) => data }),
    }),
  })

const PreviewFieldType = builder.objectRef<FieldOutcome>('PreviewField').implement({
  description: 'What became of one target field.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    field: t.exposeString('field'),
    kind: t.string({ description: 'field, text, fixed, lookup or formula.', resolve: ({ kind }) => kind }),
    when: t.string({ description: 'always, only_if_empty or never_blank.', resolve: ({ when }) => when }),
    from: t.exposeString('from', { description: 'Where the value comes from, in a form a person can read.' }),
    value: t.field({ type: 'JSON', nullable: true, resolve: ({ value }) => value }),
    convertedFrom: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Set when the value was turned into the kind that the field holds.',
      resolve: ({ converted }) => converted?.from,
    }),
    problem: t.field({ type: FieldProblemType, nullable: true, resolve: ({ problem }) => problem }),
  }),
})

const TargetProblemType = builder.objectRef<TargetProblem>('TargetProblem').implement({
  description: 'Why the action would not take the input, for one field.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Empty for a rule about several fields at once.' }),
    label: t.exposeString('label'),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    data: t.field({ type: 'JSON', nullable: true, resolve: ({ data }) => data }),
  }),
})

const MappingPreviewType = builder.objectRef<MappingPreview>('MappingPreview').implement({
  description:
    'What a mapping would make of one event, field by field. Nothing is stored and nothing is sent.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    fields: t.expose('fields', { type: [PreviewFieldType] }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the action would get; absent while there are problems.',
      resolve: ({ input }) => input,
    }),
    problems: t.expose('problems', { type: [TargetProblemType] }),
    request: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The request it would make, where the action can say so beforehand.',
      resolve: ({ request }) => request,
    }),
    jsonata: t.exposeString('jsonata'),
  }),
})

const FormulaCheckType = builder
  .objectRef<{ ok: boolean; code?: string; message?: string; position?: number }>('FormulaCheck')
  .implement({
    description: 'Whether a formula can be read; it is not run.',
    authScopes: { role: 'marketer' },
    fields: (t) => ({
      ok: t.exposeBoolean('ok'),
      code: t.exposeString('code', { nullable: true }),
      message: t.exposeString('message', { nullable: true }),
      position: t.exposeInt('position', { nullable: true, description: 'Counted in characters from 0.' }),
    }),
  })

const PresetGoalEnum = builder.enumType('PresetGoal', {
  description: 'What a person wants who takes a preset.',
  values: presetGoals,
})

const FormulaFunctionType = builder
  .objectRef<FormulaFunction & { name: string }>('FormulaFunction')
  .implement({
    description: 'A function that formulas may call beside JSONata’s own.',
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Without the $.' }),
      usage: t.exposeString('usage', {
        description: 'How it is called, with ? behind what may be left out.',
      }),
      description: t.exposeString('description'),
      example: t.string({ resolve: ({ example }) => example.formula }),
    }),
  })

const TestChangedEnum = builder.enumType('TestChanged', {
  description:
    'Whether a test has changed something at the vendor. Perhaps: it failed after something was sent.',
  values: ['yes', 'no', 'perhaps'] as const,
})

const TestSendingType = builder.objectRef<TestSending>('TestSending').implement({
  description: 'What was sent as a test, and what they answered.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The mapping that was tried.' }),
    key: t.exposeString('key', { description: 'Its idempotency key at the vendor.' }),
    ok: t.exposeBoolean('ok'),
    reason: t.expose('reason', {
      type: ReasonType,
      nullable: true,
      description: 'Why it did not arrive.',
    }),
    changed: t.expose('changed', { type: TestChangedEnum }),
    input: t.field({ type: 'JSON', resolve: ({ input }) => input }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the action gave back.',
      resolve: ({ output }) => output,
    }),
    exchanges: t.expose('exchanges', { type: [ExchangeType] }),
  }),
})

const PresetType = builder.objectRef<Preset>('Preset').implement({
  description: 'A ready-made mapping from the events of one connector to an action of another.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.id({ resolve: presetId }),
    from: t.exposeString('from', { description: 'Id of the connector whose events it reads.' }),
    to: t.exposeString('to', { description: 'Id of the connector whose action it feeds.' }),
    actionId: t.exposeString('action'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    goal: t.expose('goal', { type: PresetGoalEnum }),
    action: t.field({
      type: ActionType,
      nullable: true,
      description: 'Absent when the connector no longer has it.',
      resolve: ({ to, action: id }, _args, { hub }) => {
        const action = hub.connectors.get(to)?.actions[id]
        return action && { id, action }
      },
    }),
    events: t.exposeStringList('events'),
    fields: t.field({ type: 'JSON', description: FIELDS, resolve: ({ fields }) => fields }),
    sample: t.field({
      type: 'JSON',
      description: 'What a mapping reads for a typical event.',
      resolve: ({ sample }) => sample,
    }),
  }),
})

builder.objectType(MappingNotFound, {
  name: 'MappingNotFound',
  description: 'The workspace has no such mapping.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(MappingInUse, {
  name: 'MappingInUse',
  description: 'Flows still use the mapping.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ flows: t.field({ type: [FlowNameType], resolve: ({ flows }) => [...flows] }) }),
})

builder.objectType(MappingChangedMeanwhile, {
  name: 'MappingChangedMeanwhile',
  description: 'Somebody else saved it in between.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ version: t.exposeInt('version', { description: 'The version it is at now.' }) }),
})

builder.objectType(MappingUnready, {
  name: 'MappingUnready',
  description: 'For this event the mapping does not make what the action needs; nothing was sent.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({
    problems: t.field({ type: [TargetProblemType], resolve: ({ problems }) => [...problems] }),
  }),
})

builder.objectType(PresetUnknown, {
  name: 'PresetUnknown',
  description: 'There is no such preset.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('mappings', (t) =>
  t.field({
    type: MappingPage,
    authScopes: { role: 'viewer' },
    args: {
      ...pageArgs(t.arg),
      connectorId: t.arg.string({ description: 'Only those for actions of this connector.' }),
      actionId: t.arg.string({ description: 'Only those for actions with this id.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { connectorId, actionId, ...args }, { deps: { mappings } }) =>
      readPage(
        args,
        mappings.madeFor({ ...(connectorId ? { connectorId } : {}), ...(actionId ? { actionId } : {}) }),
        ({ updatedAt }) => updatedAt,
      ),
  }),
)

builder.queryField('mapping', (t) =>
  t.field({
    type: MappingType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.mappings.find(id),
  }),
)

builder.queryField('presets', (t) =>
  t.field({
    type: [PresetType],
    description: 'Ready-made mappings, for one pair of connectors or all.',
    authScopes: { role: 'viewer' },
    args: { from: t.arg.string(), to: t.arg.string() },
    resolve: (_root, { from, to }) =>
      presetsAtHand().filter((preset) => (!from || preset.from === from) && (!to || preset.to === to)),
  }),
)

builder.queryField('suggestMapping', (t) =>
  t.field({
    type: 'JSON',
    description: `A first guess for an action. ${FIELDS}`,
    authScopes: { role: 'marketer' },
    args: {
      connectorId: t.arg.string({ required: true }),
      actionId: t.arg.string({ required: true }),
      eventId: t.arg.id({ description: 'What its properties hold counts too.' }),
    },
    resolve: (_root, args, { deps }) => suggestFields(deps, args),
  }),
)

builder.queryField('previewMapping', (t) =>
  t.field({
    type: MappingPreviewType,
    description: 'What a mapping would make of a stored event, or of a sample.',
    authScopes: { role: 'marketer' },
    errors: { types: [ConnectorUnknown, ActionUnknown, EventNotFound, InputInvalid] },
    args: {
      connectorId: t.arg.string({ required: true }),
      actionId: t.arg.string({ required: true }),
      fields: t.arg({ type: 'JSON', required: true, description: FIELDS }),
      eventId: t.arg.id(),
      sample: t.arg({
        type: 'JSON',
        description:
          'Instead of an event: { event, contact, company, connection, steps, now }, each optional.',
      }),
    },
    resolve: (_root, args, { deps }) => previewMapping(deps, args),
  }),
)

builder.queryField('mappingSample', (t) =>
  t.field({
    type: 'JSON',
    description:
      'What a mapping reads for a stored event: { event, contact, company, connection, steps, now }.',
    authScopes: { role: 'marketer' },
    args: { eventId: t.arg.id({ required: true }) },
    resolve: (_root, { eventId }, { deps }) => sampleInput(deps, { eventId }, true),
  }),
)

builder.queryField('formulaFunctions', (t) =>
  t.field({
    type: [FormulaFunctionType],
    description: 'What formulas may call beside JSONata’s own functions.',
    authScopes: { role: 'viewer' },
    resolve: () => Object.entries(formulaFunctions).map(([name, of]) => ({ name, ...of })),
  }),
)

builder.queryField('checkFormula', (t) =>
  t.field({
    type: FormulaCheckType,
    description: 'Reads a formula without running it.',
    authScopes: { role: 'marketer' },
    args: { formula: t.arg.string({ required: true }) },
    resolve: (_root, { formula }, { hub }) => hub.formulas.check(formula),
  }),
)

builder.mutationField('createMapping', (t) =>
  t.field({
    type: MappingType,
    authScopes: { role: 'marketer' },
    errors: { types: [ConnectorUnknown, ActionUnknown, InputInvalid] },
    args: {
      name: t.arg.string({ required: true }),
      connectorId: t.arg.string({ required: true }),
      actionId: t.arg.string({ required: true }),
      fields: t.arg({ type: 'JSON', required: true, description: FIELDS }),
    },
    resolve: (_root, args, context) => createMapping(context.deps, args, context.actor),
  }),
)

builder.mutationField('createMappingFromPreset', (t) =>
  t.field({
    type: MappingType,
    description: 'A mapping of one’s own, made from a ready one.',
    authScopes: { role: 'marketer' },
    errors: { types: [PresetUnknown, ConnectorUnknown, ActionUnknown, InputInvalid] },
    args: { presetId: t.arg.id({ required: true }), name: t.arg.string() },
    resolve: (_root, args, context) =>
      createMappingFromPreset(context.deps, args.presetId, args.name ?? undefined, context.actor),
  }),
)

builder.mutationField('saveMapping', (t) =>
  t.field({
    type: MappingType,
    description: 'Saves a new version; from now on deliveries are mapped by it.',
    authScopes: { role: 'marketer' },
    errors: { types: [MappingNotFound, MappingChangedMeanwhile, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      version: t.arg.int({ required: true, description: 'The version that was changed.' }),
      name: t.arg.string(),
      fields: t.arg({ type: 'JSON', required: true, description: FIELDS }),
    },
    resolve: (_root, args, context) => saveMapping(context.deps, args, context.actor),
  }),
)

builder.mutationField('deleteMapping', (t) =>
  t.field({
    type: DeletedType,
    authScopes: { role: 'marketer' },
    errors: { types: [MappingNotFound, MappingInUse] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deleteMapping(deps, id),
  }),
)

builder.mutationField('sendTest', (t) =>
  t.field({
    type: TestSendingType,
    description:
      'Sends one event’s data to the vendor for real, once, as a test. It is no delivery and is never repeated.',
    authScopes: { role: 'marketer' },
    errors: {
      types: [
        MappingNotFound,
        MappingUnready,
        ConnectionNotFound,
        ConnectionUnusable,
        ConnectorUnknown,
        ActionUnknown,
        EventNotFound,
        InputInvalid,
      ],
    },
    args: {
      id: t.arg.id({ required: true, description: 'The mapping.' }),
      connectionId: t.arg.id({ required: true, description: 'Where it is sent.' }),
      fields: t.arg({ type: 'JSON', description: `Instead of what is saved. ${FIELDS}` }),
      eventId: t.arg.id(),
      sample: t.arg({ type: 'JSON', description: 'Instead of an event, as in `previewMapping`.' }),
    },
    resolve: (_root, args, { deps }) => sendTest(deps, args),
  }),
)
