import { ConnectionNotFound } from '../connections/connection-errors.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ConnectionType, RegistrationType } from '../graphql/refs.ts'
import { ReasonType } from '../graphql/shared.graphql.ts'
import { RegistrationNotPossible } from './registration-errors.ts'
import { registrationStates } from './registration-store.ts'
import { registerWebhook, removeWebhook } from './set-registration.ts'

const LEFT_MAX = 200

const RegistrationStateEnum = builder.enumType('RegistrationState', {
  description:
    'none: not set up; the reason says what is in the way. registering: under way. active: the vendor has it. ' +
    'failing: the last try failed, the next comes by itself. removing: being taken away. removed: a person had it taken away.',
  values: registrationStates,
})

RegistrationType.implement({
  description: 'A connection’s webhook as the hub sets it up at the vendor, renews it and looks after it.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    connectionId: t.exposeID('connectionId'),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      description: 'Absent when it is deleted and the webhook is still at the vendor.',
      resolve: ({ connectionId }, _args, { load }) => load.connections.load(connectionId),
    }),
    connectionName: t.exposeString('name', { description: 'Also when the connection is deleted.' }),
    subject: t.exposeString('subject', {
      description: 'Which of several: a calendar. Empty where there is but one.',
    }),
    state: t.expose('state', { type: RegistrationStateEnum }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime', nullable: true }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the vendor lets it end; it is renewed well before.',
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the vendor last said that it still works.',
    }),
    nextTryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'After a failure: when it is tried again.',
      resolve: ({ failures, dueAt }) => (failures > 0 ? dueAt : undefined),
    }),
    failures: t.exposeInt('failures', { description: 'Tries in a row that failed.' }),
    reason: t.expose('reason', {
      type: ReasonType,
      nullable: true,
      description: 'What is in the way, or why the last try failed.',
    }),
  }),
})

builder.objectField(ConnectionType, 'registrations', (t) =>
  t.field({
    type: [RegistrationType],
    description:
      'Its webhooks at the vendor, where the hub sets them up by itself. Empty where that cannot be.',
    resolve: ({ id }, _args, { deps }) => deps.registrations.ofConnection(id),
  }),
)

builder.objectType(RegistrationNotPossible, {
  name: 'RegistrationNotPossible',
  description: 'The vendor’s webhooks can only be set up by hand.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('leftRegistrations', (t) =>
  t.field({
    type: [RegistrationType],
    description: 'Webhooks of deleted connections that are still to be taken away from their vendors.',
    authScopes: { role: 'viewer' },
    resolve: (_root, _args, { deps }) => deps.registrations.left(LEFT_MAX),
  }),
)

builder.mutationField('registerWebhook', (t) =>
  t.field({
    type: ConnectionType,
    description:
      'Sets the connection’s webhook up at the vendor, anew where it stands already. It takes a few seconds.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, RegistrationNotPossible] },
    args: { id: t.arg.id({ required: true, description: 'The connection.' }) },
    resolve: (_root, { id }, { deps }) => registerWebhook(deps, id),
  }),
)

builder.mutationField('removeWebhook', (t) =>
  t.field({
    type: ConnectionType,
    description: 'Takes the connection’s webhook away from the vendor, until it is set up again.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, RegistrationNotPossible] },
    args: { id: t.arg.id({ required: true, description: 'The connection.' }) },
    resolve: (_root, { id }, { deps }) => removeWebhook(deps, id),
  }),
)
