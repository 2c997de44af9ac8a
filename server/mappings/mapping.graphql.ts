import { isDeepStrictEqual } from 'node:util'
import { findGaps } from '../../mappings/find-gaps.ts'
import { nameOfActor } from '../accounts/name-of-actor.ts'
import { ActionUnknown, ConnectorUnknown } from '../connectors/connector-errors.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { ActionType, ConnectorType, FlowType, MappingPage, MappingType } from '../graphql/refs.ts'
import { DeletedType, FlowNameType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { createMapping } from './create-mapping.ts'
import { deleteMapping } from './delete-mapping.ts'
import {
  MappingChangedMeanwhile,
  MappingDraftChangedMeanwhile,
  MappingInUse,
  MappingNotFound,
} from './mapping-errors.ts'
import type { MappingDraft, MappingVersion } from './mapping-store.ts'
import { jsonataOf } from './preview-mapping.ts'
import { saveMappingDraft } from './save-mapping-draft.ts'
import { saveMapping } from './save-mapping.ts'
import { suggestFields } from './suggest-fields.ts'

/** What the JSON of a mapping’s fields looks like. */
export const FIELDS =
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

const MappingDraftType = builder.objectRef<MappingDraft>('MappingDraft').implement({
  description:
    'What somebody has changed in a mapping and not saved as a version: nothing is made by it yet.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'The version that the change is made to.' }),
    fields: t.field({
      type: 'JSON',
      description: `${FIELDS} Its formulas need not be readable yet.`,
      resolve: ({ fields }) => fields,
    }),
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
    draft: t.field({
      type: MappingDraftType,
      nullable: true,
      description: 'Changes that are not in use yet. Absent where there are none.',
      // One that has become the version in use stays behind where the hub was stopped in between.
      resolve: ({ draft, fields }) => (isDeepStrictEqual(draft?.fields, fields) ? undefined : draft),
    }),
    draftRevision: t.exposeInt('draftRevision', {
      description: 'Raised whenever the draft is saved or dropped.',
    }),
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

builder.objectType(MappingDraftChangedMeanwhile, {
  name: 'MappingDraftChangedMeanwhile',
  description: 'Somebody else changed the draft in between.',
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
      draftRevision: t.arg.int({
        description:
          'The draft that becomes this version: it is dropped, unless it is at another revision by now. Left out: a draft stays.',
      }),
    },
    resolve: (_root, args, context) => saveMapping(context.deps, args, context.actor),
  }),
)

builder.mutationField('saveMappingDraft', (t) =>
  t.field({
    type: MappingType,
    description:
      'Keeps changes that are not to be in use yet. With the fields of the version in use the draft is dropped.',
    authScopes: { role: 'marketer' },
    errors: { types: [MappingNotFound, MappingDraftChangedMeanwhile, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      version: t.arg.int({ required: true, description: 'The version that is changed.' }),
      revision: t.arg.int({
        required: true,
        description: 'The `draftRevision` that was changed: refused where somebody else saved meanwhile.',
      }),
      fields: t.arg({
        type: 'JSON',
        required: true,
        description: `${FIELDS} Its formulas need not be readable yet.`,
      }),
    },
    resolve: (_root, args, context) => saveMappingDraft(context.deps, args, context.actor),
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
