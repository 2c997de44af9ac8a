import type { InputProblem as TargetProblem } from '../../mappings/apply-mapping.ts'
import type { FieldOutcome } from '../../mappings/mapping.ts'
import { ActionUnknown, ConnectorUnknown } from '../connectors/connector-errors.ts'
import { EventNotFound } from '../events/event-errors.ts'
import { builder } from '../graphql/builder.ts'
import { InputInvalid } from '../input-invalid.ts'
import { previewMapping } from './preview-mapping.ts'
import type { MappingPreview } from './preview-mapping.ts'
import { sampleInput } from './sample-input.ts'
import { FIELDS } from './mapping.graphql.ts'

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

export const TargetProblemType = builder.objectRef<TargetProblem>('TargetProblem').implement({
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
