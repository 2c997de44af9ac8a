import { describeEvents } from '#sdk'
import type { AnyInbound, Trigger } from '#sdk'
import { redirectUri } from '../connections/start-sign-in.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ActionType, ConnectorType } from '../graphql/refs.ts'
import { ActionUnknown, ConnectorUnknown } from './connector-errors.ts'
import { connectorFiles } from './connector-files.ts'
import { describeFields, fieldKinds } from './describe-fields.ts'
import type { FormField } from './describe-fields.ts'

const FieldKindEnum = builder.enumType('FieldKind', {
  description:
    'What a field holds. What a mapping reads into `html` is escaped; what a person writes into it is not.',
  values: fieldKinds,
})

const RepeatEnum = builder.enumType('Repeat', {
  description:
    'Whether an action may be carried out a second time when nobody knows if the first try arrived.',
  values: {
    safe: { description: 'Twice is the same as once.' },
    key: { description: 'The vendor recognises the idempotency key.' },
    unsafe: { description: 'A doubtful try is never repeated blindly: the delivery becomes unconfirmed.' },
  },
})

const FieldConditionType = builder.objectRef<FormField['onlyFor'][number]>('FieldCondition').implement({
  description: 'What another field of the same form must hold.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    field: t.exposeString('field'),
    values: t.exposeStringList('values', { description: 'One of these.' }),
  }),
})

export const FormFieldType = builder.objectRef<FormField>('FormField').implement({
  description: 'One field of a form: of a connection’s credentials or of an action’s input.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    name: t.exposeString('name'),
    label: t.exposeString('label'),
    help: t.exposeString('help', { nullable: true }),
    kind: t.expose('kind', { type: FieldKindEnum }),
    required: t.exposeBoolean('required'),
    secret: t.exposeBoolean('secret', { description: 'Encrypted, and never shown again.' }),
    choices: t.stringList({ nullable: true, resolve: ({ choices }) => choices }),
    choiceLabels: t.stringList({
      nullable: true,
      description: 'The choices in words, in the same order.',
      resolve: ({ choiceLabels }) => choiceLabels,
    }),
    onlyFor: t.expose('onlyFor', {
      type: [FieldConditionType],
      description: 'All of these must hold for the field to count. Empty: it always counts.',
    }),
    otherwise: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What holds where nothing is given.',
      resolve: ({ otherwise }) => otherwise,
    }),
    suggest: t.stringList({
      description: 'Where the value usually comes from, best first.',
      resolve: ({ suggest }) => [...suggest],
    }),
  }),
})

const InboundType = builder.objectRef<AnyInbound>('Inbound').implement({
  description: 'How a connector recognises, checks, splits and understands what a vendor posts.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.string({ resolve: ({ id }) => id }),
    scheme: t.string({
      description: 'How a request proves where it comes from: hmac, standard_webhooks, bearer, unsigned …',
      resolve: ({ signature }) => signature.scheme,
    }),
    unsignedBecause: t.string({
      nullable: true,
      description: 'Set where nothing can be checked: why.',
      resolve: ({ signature }) => signature.why,
    }),
  }),
})

const TriggerType = builder.objectRef<{ id: string; trigger: Trigger }>('Trigger').implement({
  description: 'What a flow can start with.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeString('id'),
    name: t.string({ resolve: ({ trigger }) => trigger.name }),
    description: t.string({ resolve: ({ trigger }) => trigger.description }),
    events: t.stringList({
      description: 'Names of the events it stands for.',
      resolve: ({ trigger }) => [...trigger.events],
    }),
  }),
})

ActionType.implement({
  description: 'What a connector can do.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeString('id'),
    name: t.string({ resolve: ({ action }) => action.name }),
    description: t.string({ resolve: ({ action }) => action.description }),
    repeat: t.field({ type: RepeatEnum, resolve: ({ action }) => action.repeat }),
    input: t.field({
      type: [FormFieldType],
      description: 'The target fields of a mapping.',
      resolve: ({ action }) => describeFields(action.input),
    }),
    keepsOrder: t.boolean({
      description: 'Deliveries of one contact are carried out in order.',
      resolve: ({ action }) => action.order !== 'none',
    }),
    canKeepFilled: t.boolean({
      description: '“Only if empty there” can be chosen: the action can read what the destination holds.',
      resolve: ({ action }) => action.current !== undefined,
    }),
    canConfirm: t.boolean({
      description: 'The vendor can be asked whether a doubtful try arrived.',
      resolve: ({ action }) => action.confirm !== undefined,
    }),
    showsRequest: t.boolean({
      description: 'A dry run shows the request it would make.',
      resolve: ({ action }) => action.request !== undefined,
    }),
    staleAfterMs: t.int({
      nullable: true,
      description: 'Older than this, a delivery is skipped instead of sent late; in milliseconds.',
      resolve: ({ action }) => action.staleAfterMs,
    }),
  }),
})

ConnectorType.implement({
  description: 'The code that knows one vendor: auth, triggers, actions.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.string({ resolve: ({ id }) => id }),
    name: t.string({ resolve: ({ name }) => name }),
    description: t.string({ resolve: ({ description }) => description }),
    version: t.int({ resolve: ({ version }) => version }),
    setup: t.string({
      nullable: true,
      description: 'How to connect this vendor, step by step, as Markdown.',
      resolve: ({ id }) => connectorFiles(id).setup,
    }),
    logo: t.string({ nullable: true, description: 'As SVG.', resolve: ({ id }) => connectorFiles(id).logo }),
    credentials: t.field({
      type: [FormFieldType],
      description: 'What a connection asks for.',
      resolve: ({ auth }) => describeFields(auth.fields),
    }),
    signInRedirectUri: t.string({
      nullable: true,
      description:
        'The address to register with the vendor as the one it sends people back to. Absent where nobody signs in on a page of the vendor’s.',
      resolve: ({ auth }, _args, { hub }) => (auth.token ? redirectUri(hub.publicUrl) : undefined),
    }),
    inbound: t.field({
      type: [InboundType],
      description: 'Which requests it understands, in the order in which they are tried.',
      resolve: ({ inbound }) => [...inbound],
    }),
    triggers: t.field({
      type: [TriggerType],
      resolve: ({ triggers }) => Object.entries(triggers).map(([id, trigger]) => ({ id, trigger })),
    }),
    actions: t.field({
      type: [ActionType],
      resolve: ({ actions }) => Object.entries(actions).map(([id, action]) => ({ id, action })),
    }),
    canCheck: t.boolean({
      description: 'Credentials can be tried.',
      resolve: ({ auth }) => auth.check !== undefined,
    }),
    canPoll: t.boolean({
      description: 'The hub can ask the vendor for what is new.',
      resolve: ({ polls }) => polls !== undefined,
    }),
    canRegister: t.boolean({
      description: 'The hub can set its webhook up at the vendor by itself.',
      resolve: ({ registration }) => registration !== undefined,
    }),
  }),
})

const VocabularyEventType = builder
  .objectRef<ReturnType<typeof describeEvents>[number]>('VocabularyEvent')
  .implement({
    description: 'A name that events can have, the same for all vendors.',
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      name: t.exposeString('name'),
      meaning: t.exposeString('meaning'),
      required: t.stringList({
        description: 'Properties that are always there.',
        resolve: ({ required }) => required,
      }),
    }),
  })

builder.objectType(ConnectorUnknown, {
  name: 'ConnectorUnknown',
  description: 'This hub has no such connector.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(ActionUnknown, {
  name: 'ActionUnknown',
  description: 'The connector has no such action.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('connectors', (t) =>
  t.field({
    type: [ConnectorType],
    description: 'Every vendor this hub knows, by name.',
    authScopes: { role: 'viewer' },
    resolve: (_root, _args, { hub }) =>
      [...hub.connectors.values()].toSorted((left, right) => left.name.localeCompare(right.name)),
  }),
)

builder.queryField('connector', (t) =>
  t.field({
    type: ConnectorType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { hub }) => hub.connectors.get(id),
  }),
)

builder.queryField('vocabulary', (t) =>
  t.field({
    type: [VocabularyEventType],
    description: 'Every name an event can have.',
    authScopes: { role: 'viewer' },
    resolve: () => describeEvents(),
  }),
)
