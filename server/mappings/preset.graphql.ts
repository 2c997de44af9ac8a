import { presetId } from '../../mappings/presets.ts'
import type { Preset } from '../../mappings/presets.ts'
import { ActionUnknown, ConnectorUnknown } from '../connectors/connector-errors.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ActionType, MappingType } from '../graphql/refs.ts'
import { InputInvalid } from '../input-invalid.ts'
import { createMappingFromPreset } from './create-mapping.ts'
import { PresetUnknown } from './mapping-errors.ts'
import { presetsAtHand } from './presets-at-hand.ts'
import { FIELDS } from './mapping.graphql.ts'

export const PresetType = builder.objectRef<Preset>('Preset')

PresetType.implement({
  description: 'A ready-made mapping from the events of one connector to an action of another.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.id({ resolve: presetId }),
    from: t.exposeString('from', { description: 'Id of the connector whose events it reads.' }),
    to: t.exposeString('to', { description: 'Id of the connector whose action it feeds.' }),
    actionId: t.exposeString('action'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
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
    after: t.field({
      type: PresetType,
      nullable: true,
      description: 'Its step has to come before: it makes what this one’s action looks for.',
      resolve: ({ from, to, after }) =>
        presetsAtHand().find((preset) => preset.from === from && preset.to === to && preset.id === after),
    }),
    asks: t.stringList({
      description:
        'Fields that a person fills in before the flow is turned on, such as the number of a list.',
      resolve: ({ asks }) => Object.keys(asks),
    }),
    fields: t.field({ type: 'JSON', description: FIELDS, resolve: ({ fields }) => fields }),
    sample: t.field({
      type: 'JSON',
      description: 'What a mapping reads for a typical event.',
      resolve: ({ sample }) => sample,
    }),
  }),
})

builder.objectType(PresetUnknown, {
  name: 'PresetUnknown',
  description: 'There is no such preset.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

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
