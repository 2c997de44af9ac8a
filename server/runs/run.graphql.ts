import { builder } from '../graphql/builder.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { ContactType, DeliveryType, EventType, FlowType, RunType } from '../graphql/refs.ts'

/** A run has at most a hundred steps; replays of some of them stand beside. */
const DELIVERIES_MAX = 200

RunType.implement({
  description: 'One contact’s way through one flow version.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    flowId: t.exposeID('flowId'),
    flow: t.field({
      type: FlowType,
      nullable: true,
      description: 'Absent once it has been deleted.',
      resolve: ({ flowId }, _args, { load }) => load.flows.load(flowId),
    }),
    flowVersion: t.exposeInt('flowVersion'),
    entryKey: t.exposeString('entryKey', { description: 'One run per flow and entry key.' }),
    event: t.field({
      type: EventType,
      nullable: true,
      description: 'What it began with.',
      resolve: ({ eventId }, _args, { load }) => load.events.load(eventId),
    }),
    contact: t.field({
      type: ContactType,
      nullable: true,
      resolve: ({ contactId }, _args, { load }) => loadOptional(load.contacts, contactId),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    deliveries: t.field({
      type: [DeliveryType],
      description: 'What its steps carry out, replays included, newest first.',
      resolve: ({ id, eventId }, _args, { deps }) =>
        deps.deliveries.page({ runId: id, eventId }, undefined, DELIVERIES_MAX),
    }),
  }),
})

builder.queryField('run', (t) =>
  t.field({
    type: RunType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.runs.find(id),
  }),
)
