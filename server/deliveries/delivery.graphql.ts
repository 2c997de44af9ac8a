import type { FailureClass } from '#sdk'
import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { ExchangeType } from '../graphql/exchange.graphql.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { shown, shownSentence } from '../graphql/mask.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { listOf, pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import {
  ActionType,
  ConnectionType,
  ContactType,
  DeliveryPage,
  DeliveryType,
  EventType,
  FlowType,
  MappingType,
  RunType,
} from '../graphql/refs.ts'
import { DeliveryStateEnum, PeriodInput, ReasonType } from '../graphql/shared.graphql.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import { createNumbers } from '../platform/numbers.ts'
import { cancelDelivery } from './cancel-delivery.ts'
import { DeliveryArrivedAlready, DeliveryNotFound, DeliveryStateUnsuitable } from './delivery-errors.ts'
import type { Attempt, Delivery } from './delivery.ts'
import { laneStates } from './delivery-state.ts'
import { replayDelivery } from './replay-delivery.ts'
import { resolutions, resolveUnconfirmed } from './resolve-unconfirmed.ts'
import { retryDelivery } from './retry-delivery.ts'

const failureClasses = ['retry', 'fix_connection', 'fix_mapping', 'gone'] as const satisfies FailureClass[]

const FailureClassEnum = builder.enumType('FailureClass', {
  description:
    'Who has to act on a failed attempt: nobody, the connection’s owner, whoever made the mapping, nobody any more.',
  values: failureClasses,
})

const AttemptOutcomeEnum = builder.enumType('AttemptOutcome', {
  values: ['delivered', 'failed', 'unconfirmed', 'interrupted'] as const,
})

const ResolutionEnum = builder.enumType('Resolution', {
  description:
    'What a person found out about an unconfirmed delivery: it arrived, it did not, nobody will know.',
  values: resolutions,
})

const AttemptType = builder.objectRef<Attempt>('Attempt').implement({
  description: 'One try of a delivery.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    outcome: t.expose('outcome', { type: AttemptOutcomeEnum }),
    class: t.expose('class', { type: FailureClassEnum, nullable: true }),
    reason: t.expose('reason', { type: ReasonType, nullable: true }),
    status: t.exposeInt('status', { nullable: true, description: 'The vendor’s HTTP status.' }),
    exchanges: t.field({
      type: [ExchangeType],
      nullable: { list: true, items: false },
      description:
        'What went over the wire, without secrets; absent once it has been removed. For marketers and up.',
      authScopes: { role: 'marketer' },
      complexity: { field: 5, multiplier: 3 },
      resolve: async ({ id }, _args, { deps }) => {
        const captured = await deps.exchanges.ofAttempt(id)
        if (!captured) return undefined
        const exchanges: CapturedExchange[] = JSON.parse(captured.exchanges)
        return exchanges
      },
    }),
  }),
})

const DeliveryProblemType = builder
  .objectRef<NonNullable<Delivery['problems']>[number]>('DeliveryProblem')
  .implement({
    description: 'Why a field of the input could not be made.',
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      field: t.exposeString('field'),
      code: t.exposeString('code'),
      message: t.string({ resolve: ({ message }, _args, { role }) => shownSentence(role, message) }),
    }),
  })

DeliveryType.implement({
  description: 'One action to be carried out for one step of one run.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Also its idempotency key at the vendor.' }),
    state: t.expose('state', { type: DeliveryStateEnum }),
    reason: t.expose('reason', { type: ReasonType, nullable: true }),
    runId: t.exposeID('runId'),
    run: t.field({
      type: RunType,
      nullable: true,
      resolve: ({ runId }, _args, { load }) => load.runs.load(runId),
    }),
    flowId: t.exposeID('flowId'),
    flow: t.field({
      type: FlowType,
      nullable: true,
      resolve: ({ flowId }, _args, { load }) => load.flows.load(flowId),
    }),
    flowVersion: t.exposeInt('flowVersion'),
    stepId: t.exposeID('stepId'),
    eventId: t.exposeID('eventId'),
    event: t.field({
      type: EventType,
      nullable: true,
      resolve: ({ eventId }, _args, { load }) => load.events.load(eventId),
    }),
    contact: t.field({
      type: ContactType,
      nullable: true,
      resolve: ({ contactId }, _args, { load }) => loadOptional(load.contacts, contactId),
    }),
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
      resolve: ({ connectorId, actionId }, _args, { hub }) => {
        const action = hub.connectors.get(connectorId)?.actions[actionId]
        return action && { id: actionId, action }
      },
    }),
    mappingId: t.exposeID('mappingId'),
    mapping: t.field({
      type: MappingType,
      nullable: true,
      resolve: ({ mappingId }, _args, { load }) => load.mappings.load(mappingId),
    }),
    mappingVersion: t.exposeInt('mappingVersion', { nullable: true }),
    mappedAt: t.expose('mappedAt', { type: 'DateTime', nullable: true, description: 'The mapping’s clock.' }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What is sent; absent until it has been mapped. Masked for viewers.',
      resolve: ({ input }, _args, { role }) => shown(role, input),
    }),
    onlyIfEmpty: t.exposeStringList('onlyIfEmpty', {
      nullable: true,
      description: 'Fields that are left out where the destination holds something already.',
    }),
    foundThere: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the destination held when it was looked at. Masked for viewers.',
      resolve: ({ foundThere }, _args, { role }) => shown(role, foundThere),
    }),
    problems: t.field({
      type: [DeliveryProblemType],
      description: 'Fields that could not be made.',
      resolve: ({ problems }) => problems ?? [],
    }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the action gave back. Masked for viewers.',
      resolve: ({ output }, _args, { role }) => shown(role, output),
    }),
    attempts: t.expose('attempts', { type: [AttemptType], description: 'The last twenty.' }),
    nextTryAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next, by itself.',
      resolve: ({ state, dueAt }) => (state === 'retrying' || state === 'queued' ? dueAt : undefined),
    }),
    ahead: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'What it waits for: an earlier delivery of the same contact to the same connection.',
      complexity: 5,
      resolve: (delivery, _args, { deps }) =>
        laneStates.includes(delivery.state) ? deps.deliveries.ahead(delivery) : undefined,
    }),
    replayOf: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'The delivery that this one corrects or repeats.',
      resolve: ({ replayOf }, _args, { load }) => loadOptional(load.deliveries, replayOf),
    }),
    isLowPriority: t.boolean({
      description: 'Part of a replay of many: gives way to what is new.',
      resolve: ({ low }) => low === true,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

for (const [errorClass, name, description] of [
  [DeliveryNotFound, 'DeliveryNotFound', 'The workspace has no such delivery.'],
  [
    DeliveryArrivedAlready,
    'DeliveryArrivedAlready',
    'It has arrived; sending it again needs evenIfDelivered.',
  ],
] as const) {
  builder.objectType(errorClass, {
    name,
    description,
    interfaces: [HubErrorType],
    authScopes: { signedIn: true },
  })
}

builder.objectType(DeliveryStateUnsuitable, {
  name: 'DeliveryStateUnsuitable',
  description: 'The delivery is in a state in which this cannot be done.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ state: t.expose('state', { type: DeliveryStateEnum }) }),
})

const DeliveryFilterInput = builder.inputType('DeliveryFilter', {
  fields: (t) => ({
    connectionId: t.id(),
    flowId: t.id(),
    eventId: t.id(),
    runId: t.id(),
    states: t.field({ type: [DeliveryStateEnum] }),
    created: t.field({ type: PeriodInput }),
  }),
})

builder.queryField('deliveries', (t) =>
  t.field({
    type: DeliveryPage,
    authScopes: { role: 'viewer' },
    args: { ...pageArgs(t.arg), filter: t.arg({ type: DeliveryFilterInput }) },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...args }, { deps: { deliveries } }) => {
      const wanted = {
        connectionId: filter?.connectionId ?? undefined,
        flowId: filter?.flowId ?? undefined,
        eventId: filter?.eventId ?? undefined,
        runId: filter?.runId ?? undefined,
        states: filter?.states ?? undefined,
        from: filter?.created?.from ?? undefined,
        to: filter?.created?.to ?? undefined,
      }
      return readPage(args, listOf(deliveries, wanted), ({ createdAt }) => createdAt)
    },
  }),
)

builder.queryField('delivery', (t) =>
  t.field({
    type: DeliveryType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.deliveries.find(id),
  }),
)

builder.mutationField('retryDelivery', (t) =>
  t.field({
    type: DeliveryType,
    description: 'Tries now instead of at the time of the next attempt.',
    authScopes: { role: 'marketer' },
    errors: { types: [DeliveryNotFound, DeliveryStateUnsuitable] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => retryDelivery(deps, id),
  }),
)

builder.mutationField('cancelDelivery', (t) =>
  t.field({
    type: DeliveryType,
    description: 'Gives it up, so that the next of its lane can go.',
    authScopes: { role: 'ops' },
    errors: { types: [DeliveryNotFound, DeliveryStateUnsuitable] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => cancelDelivery(deps, id),
  }),
)

builder.mutationField('resolveUnconfirmed', (t) =>
  t.field({
    type: DeliveryType,
    description:
      'Ends the doubt about a delivery that may have arrived. Answers with the delivery that counts from now on.',
    authScopes: { role: 'ops' },
    errors: { types: [DeliveryNotFound, DeliveryStateUnsuitable] },
    args: {
      id: t.arg.id({ required: true }),
      resolution: t.arg({ type: ResolutionEnum, required: true }),
    },
    resolve: (_root, { id, resolution }, { deps }) =>
      resolveUnconfirmed(deps, eventNumbers(deps), id, resolution),
  }),
)

builder.mutationField('replayDelivery', (t) =>
  t.field({
    type: DeliveryType,
    description:
      'Puts a new delivery, mapped again, in the place of one that ended badly. Answers with the new one.',
    authScopes: { role: 'marketer' },
    errors: { types: [DeliveryNotFound, DeliveryStateUnsuitable, DeliveryArrivedAlready] },
    args: {
      id: t.arg.id({ required: true }),
      evenIfDelivered: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { id, evenIfDelivered }, { deps }) =>
      replayDelivery(
        deps,
        eventNumbers(deps),
        id,
        evenIfDelivered ? { evenIfDelivered: { again: deps.newId('rpl') } } : {},
      ),
  }),
)

function eventNumbers({ database: { connection, exclusive } }: ApiContext['deps']) {
  return createNumbers(connection, 'events', exclusive)
}
