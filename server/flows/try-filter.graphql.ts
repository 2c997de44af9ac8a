import { readableKinds } from '../../mappings/readable-fields.ts'
import type { ReadableField } from '../../mappings/readable-fields.ts'
import { builder } from '../graphql/builder.ts'
import { EventType } from '../graphql/refs.ts'
import { ReasonType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { FlowTriggerInput } from './flow.graphql.ts'
import { TRIED_MAX, tryFilter } from './try-filter.ts'
import type { FilterTrial } from './try-filter.ts'

const TriedEventType = builder.objectRef<FilterTrial['tried'][number]>('TriedEvent').implement({
  description: 'An event that came, and whether it would pass a condition.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    event: t.expose('event', { type: EventType }),
    passes: t.boolean({ resolve: ({ result }) => result.holds }),
    reason: t.field({
      type: ReasonType,
      nullable: true,
      description: 'The comparison that was false, and the value that made it so.',
      resolve: ({ result }) =>
        result.holds ? undefined : { code: 'filter_false', data: { ...result.because } },
    }),
  }),
})

const ReadableKindEnum = builder.enumType('ReadableKind', {
  description: 'What a value is, as far as it was seen.',
  values: readableKinds,
})

const ReadableFieldType = builder.objectRef<ReadableField>('ReadableField').implement({
  description: 'A value that conditions and mappings can read.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    path: t.exposeString('path'),
    kind: t.expose('kind', { type: ReadableKindEnum }),
    examples: t.exposeStringList('examples', { description: 'Different values that were seen.' }),
  }),
})

const FilterTrialType = builder.objectRef<FilterTrial>('FilterTrial').implement({
  description: 'How the beginning of a flow would have fared with what really came.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    lastWeek: t.exposeInt('lastWeek', {
      description: 'How many such events came in the last seven days; 10000 means that many or more.',
    }),
    tried: t.field({
      type: [TriedEventType],
      description: 'The newest of the last thirty days, newest first.',
      complexity: { multiplier: 1 },
      resolve: ({ tried }) => tried,
    }),
    fields: t.field({
      type: [ReadableFieldType],
      description: 'What a condition can read.',
      complexity: { multiplier: 1 },
      resolve: ({ fields }) => fields,
    }),
    isMadeUp: t.exposeBoolean('isMadeUp', {
      description: 'No such event has come yet: the fields are those of a made-up one.',
    }),
  }),
})

builder.queryField('tryFilter', (t) =>
  t.field({
    type: FilterTrialType,
    description:
      'Whether the newest events that really came would have passed. Nothing is stored and nothing runs.',
    authScopes: { role: 'marketer' },
    complexity: { field: 50, multiplier: TRIED_MAX },
    errors: { types: [InputInvalid] },
    args: {
      trigger: t.arg({ type: FlowTriggerInput, required: true }),
      filter: t.arg({ type: 'JSON', description: 'As in a definition. Left out: everything passes.' }),
      last: t.arg.int({
        required: true,
        defaultValue: 25,
        description: `How many events to try, at most ${TRIED_MAX}.`,
      }),
    },
    resolve: (_root, args, { deps }) => tryFilter(deps, args),
  }),
)
