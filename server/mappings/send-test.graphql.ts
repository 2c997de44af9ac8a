import { ConnectionNotFound, ConnectionUnusable } from '../connections/connection-errors.ts'
import { ActionUnknown, ConnectorUnknown } from '../connectors/connector-errors.ts'
import { EventNotFound } from '../events/event-errors.ts'
import { builder } from '../graphql/builder.ts'
import { ExchangeType } from '../graphql/exchange.graphql.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ReasonType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { MappingNotFound, MappingUnready } from './mapping-errors.ts'
import { sendTest } from './send-test.ts'
import type { TestSending } from './send-test.ts'
import { FIELDS } from './mapping.graphql.ts'
import { TargetProblemType } from './preview.graphql.ts'

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

builder.objectType(MappingUnready, {
  name: 'MappingUnready',
  description: 'For this event the mapping does not make what the action needs; nothing was sent.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({
    problems: t.field({ type: [TargetProblemType], resolve: ({ problems }) => [...problems] }),
  }),
})

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
