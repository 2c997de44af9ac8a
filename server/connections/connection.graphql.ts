import { ConnectorUnknown } from '../connectors/connector-errors.ts'
import { builder } from '../graphql/builder.ts'
import { ExchangeType } from '../graphql/exchange.graphql.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { ConnectionPage, ConnectionType, ConnectorType, FlowType, ReceiptType } from '../graphql/refs.ts'
import { DeletedType, FlowNameType, ReasonType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { RenamedMeanwhile } from '../renamed-meanwhile.ts'
import { checkConnection } from './check-connection.ts'
import type { ConnectionCheck } from './check-connection.ts'
import { ConnectionInUse, ConnectionNotFound, ConnectionUnusable } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { createConnection } from './create-connection.ts'
import { deleteConnection } from './delete-connection.ts'
import { SignInType } from './connection-sign-in.graphql.ts'
import { hookUrlOf } from './hook-key.ts'
import { offerHookAddress } from './offer-hook-address.ts'
import type { HookAddress } from './offer-hook-address.ts'
import { pauseConnection } from './pause-connection.ts'
import { resumeConnection } from './resume-connection.ts'
import { rotateConnectionSecret } from './rotate-connection-secret.ts'
import { rotateHookKey } from './rotate-hook-key.ts'
import { settingsOf } from './settings-of.ts'
import { signInOf } from './sign-in-of.ts'
import { updateConnection } from './update-connection.ts'

const ConnectionStateEnum = builder.enumType('ConnectionState', {
  description: 'Whether deliveries go out. Receipts are taken in any case.',
  values: ['on', 'paused'] as const,
})

const LimitsType = builder.objectRef<NonNullable<Connection['limits']>>('Limits').implement({
  description: 'What a connection keeps to instead of its connector’s own limits.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    requests: t.exposeInt('requests', { nullable: true, description: 'At most so many within `perMs`.' }),
    perMs: t.exposeInt('perMs', { nullable: true }),
    concurrency: t.exposeInt('concurrency', {
      nullable: true,
      description:
        'Attempts under way at the same time. Where neither this nor the connector says: 32, or 128 while the destination answers within 200 ms.',
    }),
  }),
})

const LimitsInput = builder.inputType('LimitsInput', {
  fields: (t) => ({ requests: t.int(), perMs: t.int(), concurrency: t.int() }),
})

/** Whether a connection works, by what is known without asking the vendor. */
interface ConnectionHealth {
  breaker: 'closed' | 'open'
  since: Date | undefined
  probeAt: Date | undefined
  reason: { code: string; data?: Record<string, unknown> } | undefined
}

const HealthType = builder.objectRef<ConnectionHealth>('ConnectionHealth').implement({
  description:
    'Whether deliveries get through. `open`, as in circuit breaker: they are parked, a probe is made from time to time.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    isOpen: t.boolean({
      description: 'Nothing but probes goes through.',
      resolve: ({ breaker }) => breaker === 'open',
    }),
    since: t.expose('since', { type: 'DateTime', nullable: true }),
    probeAt: t.expose('probeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next probe is due.',
    }),
    reason: t.expose('reason', { type: ReasonType, nullable: true }),
  }),
})

ConnectionType.implement({
  description: 'Your account at a vendor: credentials, webhook address, health.',
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
    state: t.expose('state', { type: ConnectionStateEnum }),
    pausedBecause: t.expose('pausedBecause', { type: ReasonType, nullable: true }),
    hookUrl: t.string({
      nullable: true,
      description: 'The address for the vendor’s webhook. Whoever knows it can post: for ops and owners.',
      authScopes: { role: 'ops' },
      resolve: (connection, _args, { hub }) => hookUrlOf(hub, connection),
    }),
    settings: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was typed in beside the secrets. For ops and owners.',
      authScopes: { role: 'ops' },
      resolve: (connection, _args, { hub }) => settingsOf(hub, connection).settings,
    }),
    secretsSet: t.stringList({
      description: 'Names of the secrets that are there. Their values never come back.',
      resolve: (connection, _args, { hub }) => settingsOf(hub, connection).secretsSet,
    }),
    formerSecretsUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Hooks signed with the former credentials are accepted until then.',
      resolve: ({ retiredCredentials }, _args, { hub }) => latest(retiredCredentials, hub.now()),
    }),
    formerHookUrlUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The former address works until then.',
      resolve: ({ retiredHookKeys }, _args, { hub }) => latest(retiredHookKeys, hub.now()),
    }),
    signIn: t.field({
      type: SignInType,
      resolve: (connection, _args, { hub }) => signInOf(hub, connection),
    }),
    apiUrl: t.exposeString('apiUrl', {
      nullable: true,
      description: 'Stands in for the vendor’s own API address.',
    }),
    limits: t.expose('limits', { type: LimitsType, nullable: true }),
    health: t.field({
      type: HealthType,
      resolve: async ({ id }, _args, { health }) => {
        const known = await health.of(id)
        return {
          breaker: known?.breaker ?? 'closed',
          since: known?.since,
          probeAt: known?.probeAt,
          reason: known?.reason,
        }
      },
    }),
    lastReceipts: t.field({
      type: [ReceiptType],
      description: 'The ten newest.',
      complexity: { multiplier: 10 },
      resolve: ({ id }, _args, { deps }) => deps.receipts.page({ connectionId: id }, undefined, 10),
    }),
    usedBy: t.field({
      type: [FlowType],
      description: 'Flows whose draft or published version uses it.',
      resolve: ({ id }, _args, { deps }) => deps.flows.using(id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const ConnectionCheckType = builder.objectRef<ConnectionCheck>('ConnectionCheck').implement({
  description: 'What the vendor said to the credentials.',
  authScopes: { role: 'ops' },
  fields: (t) => ({
    connection: t.expose('connection', { type: ConnectionType }),
    ok: t.exposeBoolean('ok'),
    account: t.exposeString('account', { nullable: true, description: 'Whose credentials they are.' }),
    reason: t.expose('reason', { type: ReasonType, nullable: true, description: 'Why they do not work.' }),
    exchanges: t.expose('exchanges', { type: [ExchangeType] }),
  }),
})

builder.objectType(ConnectionNotFound, {
  name: 'ConnectionNotFound',
  description: 'The workspace has no such connection.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(ConnectionInUse, {
  name: 'ConnectionInUse',
  description: 'Flows still use the connection.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ flows: t.field({ type: [FlowNameType], resolve: ({ flows }) => [...flows] }) }),
})

builder.objectType(ConnectionUnusable, {
  name: 'ConnectionUnusable',
  description: 'The connection’s connector or key is missing.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('connections', (t) =>
  t.field({
    type: ConnectionPage,
    description: 'Your accounts at vendors.',
    authScopes: { role: 'viewer' },
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, { deps: { connections } }) =>
      readPage(args, connections, ({ createdAt }) => createdAt),
  }),
)

builder.queryField('connection', (t) =>
  t.field({
    type: ConnectionType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.connections.find(id),
  }),
)

const HookAddressType = builder.objectRef<HookAddress>('HookAddress').implement({
  description: 'A webhook address that a connection still to be made will have.',
  authScopes: { role: 'ops' },
  fields: (t) => ({
    hookUrl: t.exposeString('hookUrl', { description: 'Answers 404 until the connection is made.' }),
    ticket: t.exposeString('ticket', { description: 'Hands the address to createConnection.' }),
  }),
})

builder.queryField('newHookAddress', (t) =>
  t.field({
    type: HookAddressType,
    description:
      'An address for a connection before there is one: many vendors show the secret of a webhook only after they have been told its address.',
    authScopes: { role: 'ops' },
    resolve: (_root, _args, { deps }) => offerHookAddress(deps),
  }),
)

builder.mutationField('createConnection', (t) =>
  t.field({
    type: ConnectionType,
    description: 'Connects an account. Try it with checkConnection afterwards.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectorUnknown, InputInvalid] },
    args: {
      connectorId: t.arg.string({ required: true }),
      name: t.arg.string({ required: true }),
      credentials: t.arg({ type: 'JSON', required: true, description: 'The fields the connector asks for.' }),
      apiUrl: t.arg.string(),
      limits: t.arg({ type: LimitsInput }),
      hookTicket: t.arg.string({ description: 'Of `newHookAddress`: the connection gets that address.' }),
    },
    resolve: (_root, args, { deps }) => createConnection(deps, args),
  }),
)

builder.mutationField('updateConnection', (t) =>
  t.field({
    type: ConnectionType,
    description: 'Changes name, API address and limits. What is not given stays; null takes it away.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, RenamedMeanwhile, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      name: t.arg.string(),
      nameSeen: t.arg.string({
        description: 'The name that it had: refused where somebody else renamed it meanwhile.',
      }),
      apiUrl: t.arg.string(),
      limits: t.arg({ type: LimitsInput }),
    },
    resolve: (_root, { id, ...change }, { deps, health }) => updateConnection(deps, health, id, change),
  }),
)

builder.mutationField('checkConnection', (t) =>
  t.field({
    type: ConnectionCheckType,
    description: 'Asks the vendor whether the credentials work. If they do, parked deliveries go on at once.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, ConnectionUnusable] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps, health }) => checkConnection(deps, health, id),
  }),
)

builder.mutationField('rotateConnectionSecret', (t) =>
  t.field({
    type: ConnectionType,
    description: 'New credentials. Hooks signed with the former ones are accepted for another 24 hours.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, ConnectionUnusable, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      credentials: t.arg({ type: 'JSON', required: true, description: 'Fields left out keep their value.' }),
    },
    resolve: (_root, { id, credentials }, { deps, health }) =>
      rotateConnectionSecret(deps, health, id, credentials),
  }),
)

builder.mutationField('rotateHookKey', (t) =>
  t.field({
    type: ConnectionType,
    description: 'A new webhook address. The former one works for another 24 hours.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => rotateHookKey(deps, id),
  }),
)

builder.mutationField('pauseConnection', (t) =>
  t.field({
    type: ConnectionType,
    description: 'Deliveries to it wait; what the vendor posts is still taken.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => pauseConnection(deps, id),
  }),
)

builder.mutationField('resumeConnection', (t) =>
  t.field({
    type: ConnectionType,
    description: 'Deliveries go on, those that waited first.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => resumeConnection(deps, id),
  }),
)

builder.mutationField('deleteConnection', (t) =>
  t.field({
    type: DeletedType,
    description: 'Removes a connection that no flow uses. Its address answers 404 from then on.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, ConnectionInUse] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deleteConnection(deps, id),
  }),
)

function latest(retired: readonly { until: Date }[], now: Date): Date | undefined {
  return retired
    .map(({ until }) => until)
    .filter((until) => until > now)
    .toSorted((left, right) => right.getTime() - left.getTime())[0]
}
