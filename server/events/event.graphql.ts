import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { shown } from '../graphql/mask.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { listOf, pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import {
  ConnectionType,
  ContactType,
  DeliveryPage,
  EventPage,
  EventType,
  FlowType,
  ReceiptType,
  RunType,
} from '../graphql/refs.ts'
import { DeliveryStateEnum, PeriodInput, ReasonType } from '../graphql/shared.graphql.ts'
import { EventNotFound } from './event-errors.ts'
import { findEvents } from './find-events.ts'
import { whyNot } from './why-not.ts'
import type { FlowOutcome } from './why-not.ts'

export const OutcomeEnum = builder.enumType('FlowOutcomeKind', {
  values: {
    entered: { description: 'A run began.' },
    not_matched: { description: 'The flow did not run; the reason says why.' },
  },
})

const FlowOutcomeType = builder.objectRef<FlowOutcome>('FlowOutcome').implement({
  description: 'What became of an event at one flow.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    flow: t.expose('flow', { type: FlowType }),
    version: t.exposeInt('version', {
      nullable: true,
      description: 'The version in force when the event came.',
    }),
    outcome: t.expose('outcome', { type: OutcomeEnum }),
    run: t.field({
      type: RunType,
      nullable: true,
      resolve: ({ runId }, _args, { load }) => loadOptional(load.runs, runId),
    }),
    reason: t.expose('reason', { type: ReasonType, nullable: true }),
  }),
})

EventType.implement({
  description: 'What a receipt means, in the canonical vocabulary.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    ownName: t.string({
      nullable: true,
      description: 'Of a `custom.event`: what its tool calls it.',
      resolve: ({ name, draft }) =>
        name === 'custom.event' && typeof draft.properties?.['name'] === 'string'
          ? draft.properties['name']
          : null,
    }),
    cloudEventType: t.string({
      description: 'Its type as a CloudEvent.',
      resolve: ({ name }) => `org.switchyard.${name}.v1`,
    }),
    key: t.exposeString('key', {
      description: 'Unique within the connection: the same fact has the same key.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'At the vendor.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    connectionId: t.exposeID('connectionId'),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      resolve: ({ connectionId }, _args, { load }) => load.connections.load(connectionId),
    }),
    receipt: t.field({
      type: ReceiptType,
      nullable: true,
      description: 'Absent once it has been pruned.',
      resolve: ({ receiptId }, _args, { load }) => load.receipts.load(receiptId),
    }),
    contact: t.field({
      type: ContactType,
      nullable: true,
      resolve: ({ contactId }, _args, { load }) => loadOptional(load.contacts, contactId),
    }),
    identityConflict: t.field({
      type: [ContactType],
      nullable: { list: true, items: false },
      description: 'Set where the identifiers belong to several contacts.',
      resolve: async ({ identityConflict }, _args, { load }) =>
        identityConflict &&
        (await Promise.all(identityConflict.map((id) => load.contacts.load(id)))).flatMap(
          (found) => found ?? [],
        ),
    }),
    draftContact: t.field({
      type: 'JSON',
      description: 'What the event itself says about the person.',
      resolve: ({ draft }, _args, { role }) => shown(role, draft.contact ?? {}),
    }),
    properties: t.field({
      type: 'JSON',
      resolve: ({ draft }, _args, { role }) => shown(role, draft.properties ?? {}),
    }),
    context: t.field({
      type: 'JSON',
      resolve: ({ draft }, _args, { role }) => shown(role, draft.context ?? {}),
    }),
    actor: t.string({
      description: 'Who did it: contact, agent, automation, import or provider.',
      resolve: ({ draft }) => draft.actor ?? 'provider',
    }),
    connectorVersion: t.exposeInt('connectorVersion'),
    shape: t.exposeString('shape', {
      description: 'Changes when the structure of the vendor’s payload does.',
    }),
    isEnriched: t.boolean({
      description: 'False where the vendor sends only ids and could not be asked for the rest.',
      resolve: ({ notEnriched }) => !notEnriched,
    }),
    revision: t.exposeInt('revision', {
      description: 'Raised when a replay made something else of the same fact.',
    }),
    flowOutcomes: t.field({
      type: [FlowOutcomeType],
      description: 'Every published flow, and why it ran or not.',
      complexity: { field: 10, multiplier: 20 },
      resolve: (event, _args, { deps }) => whyNot(deps, event),
    }),
    deliveries: t.field({
      type: DeliveryPage,
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ id }, args, { deps: { deliveries } }) =>
        readPage(args, listOf(deliveries, { eventId: id }), ({ createdAt }) => createdAt),
    }),
    deliveryStates: t.field({
      type: [DeliveryStateEnum],
      description: 'What became of it at the destinations: the state of each delivery, oldest first.',
      args: { flowId: t.arg.id({ description: 'Only of those that this flow made.' }) },
      resolve: async ({ id }, { flowId }, { load }) =>
        (await load.deliveriesOfEvent.load(id)).flatMap((delivery) =>
          typeof flowId !== 'string' || delivery.flowId === flowId ? [delivery.state] : [],
        ),
    }),
    runs: t.field({
      type: [RunType],
      resolve: ({ matches }, _args, { deps }) =>
        deps.runs.findMany(
          matches.flatMap(({ outcome, runId }) => (outcome === 'entered' && runId ? [runId] : [])),
        ),
    }),
  }),
})

builder.objectType(EventNotFound, {
  name: 'EventNotFound',
  description: 'The workspace has no such event.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

const EventOutcomeEnum = builder.enumType('EventOutcome', {
  description:
    'What became of an event at the destinations, told from its deliveries; the worst of them counts.',
  values: {
    needs_you: {
      description:
        'A delivery could not be mapped, was refused, was given up, or may or may not have arrived.',
    },
    waits: {
      description:
        'A delivery is being sent, waits its turn or its next attempt, or is on hold; none needs you.',
    },
  },
})

const EventFilterInput = builder.inputType('EventFilter', {
  fields: (t) => ({
    connectionId: t.id(),
    contactId: t.id(),
    name: t.string(),
    names: t.stringList({ description: 'Events with any of these names.' }),
    recorded: t.field({ type: PeriodInput }),
    flowId: t.id({
      description:
        'Events that this flow ran for, in the order in which it did. The flow may have been deleted.',
    }),
    outcome: t.field({
      type: EventOutcomeEnum,
      description:
        'Events of this outcome, in the order in which the deliveries were made that it is told from; with flowId, of this outcome at that flow. What has arrived or went nowhere is not to be asked for: it is nearly everything.',
    }),
  }),
})

builder.queryField('events', (t) =>
  t.field({
    type: EventPage,
    authScopes: { role: 'viewer' },
    args: { ...pageArgs(t.arg), filter: t.arg({ type: EventFilterInput }) },
    complexity: pageComplexity,
    resolve: async (_root, { filter, ...args }, { deps }) => {
      const wanted = {
        connectionId: filter?.connectionId ?? undefined,
        contactId: filter?.contactId ?? undefined,
        name: filter?.name ?? undefined,
        names: filter?.names ?? undefined,
        from: filter?.recorded?.from ?? undefined,
        to: filter?.recorded?.to ?? undefined,
        flowId: filter?.flowId ?? undefined,
        outcome: filter?.outcome ?? undefined,
      }
      const page = await readPage(args, findEvents(deps, wanted), ({ at }) => at)
      return { ...page, items: page.items.map(({ event }) => event) }
    },
  }),
)

builder.queryField('event', (t) =>
  t.field({
    type: EventType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.events.find(id),
  }),
)

builder.queryField('whyNot', (t) =>
  t.field({
    type: [FlowOutcomeType],
    description: 'Why did it not run? Every published flow with its answer for one event.',
    authScopes: { role: 'viewer' },
    complexity: { field: 10, multiplier: 20 },
    args: { eventId: t.arg.id({ required: true }) },
    resolve: async (_root, { eventId }, { deps }) => {
      const event = await deps.events.find(eventId)
      if (!event) throw new EventNotFound(eventId)
      return whyNot(deps, event)
    },
  }),
)
