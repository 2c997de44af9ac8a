import { isUtf8 } from 'node:buffer'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { listOf, pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { ConnectionType, EventType, ReceiptPage, ReceiptType } from '../graphql/refs.ts'
import { PeriodInput, ReasonType, ReceiptStateEnum } from '../graphql/shared.graphql.ts'
import { createNumbers } from '../platform/numbers.ts'
import { ReceiptNotFound, ReceiptNotReplayable } from './receipt-errors.ts'
import { replayReceipt } from './replay-receipt.ts'

const EncodingEnum = builder.enumType('BodyEncoding', {
  values: {
    TEXT: { description: 'As UTF-8 text; absent where the bytes are none.' },
    BASE64: { description: 'The bytes as they came.' },
  },
})

ReceiptType.implement({
  description: 'A request that arrived at a connection’s address: raw bytes, headers, verdict.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    connectionId: t.exposeID('connectionId'),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      resolve: ({ connectionId }, _args, { load }) => load.connections.load(connectionId),
    }),
    state: t.expose('state', { type: ReceiptStateEnum }),
    reason: t.expose('reason', { type: ReasonType, nullable: true }),
    inbound: t.exposeString('inbound', {
      nullable: true,
      description: 'Which of the connector’s inbounds recognised it.',
    }),
    method: t.exposeString('method', {
      description: 'POLL where the hub asked for it by itself.',
    }),
    pollName: t.string({
      nullable: true,
      description: 'Which of the connector’s polls brought it, where the hub asked for it by itself.',
      resolve: ({ poll }) => poll?.name,
    }),
    pollSubject: t.string({
      nullable: true,
      description: 'What was asked about: a calendar, a sheet.',
      resolve: ({ poll }) => poll?.subject || undefined,
    }),
    query: t.string({
      nullable: true,
      description: 'The query string, without presented secrets. For ops and owners.',
      authScopes: { role: 'ops' },
      resolve: ({ query }) => query,
    }),
    headers: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Without presented secrets. For ops and owners.',
      authScopes: { role: 'ops' },
      resolve: ({ headers }): unknown => JSON.parse(headers),
    }),
    body: t.string({
      nullable: true,
      description: 'The raw bytes; absent once they have been removed. For ops and owners.',
      authScopes: { role: 'ops' },
      complexity: 10,
      args: { encoding: t.arg({ type: EncodingEnum, required: true, defaultValue: 'TEXT' }) },
      resolve: async (receipt, { encoding }, { deps }) => {
        // Lists are read without bodies.
        const body = receipt.body ?? (await deps.receipts.find(receipt.id))?.body
        if (!body) return undefined
        if (encoding === 'BASE64') return body.toString('base64')
        return isUtf8(body) ? body.toString('utf8') : undefined
      },
    }),
    bodyBytes: t.exposeInt('bodyBytes'),
    isWhole: t.exposeBoolean('whole', {
      description:
        'False where only the beginning was kept, because it was too large; it cannot be replayed.',
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime' }),
    doneAt: t.expose('doneAt', { type: 'DateTime', nullable: true }),
    events: t.field({
      type: [EventType],
      description: 'What it means. Facts that another receipt brought before are among them.',
      resolve: async ({ eventIds }, _args, { load }) =>
        (await Promise.all((eventIds ?? []).map((id) => load.events.load(id)))).flatMap(
          (found) => found ?? [],
        ),
    }),
    revision: t.exposeInt('revision', {
      description: 'How many times it was sent through the pipeline again.',
    }),
  }),
})

builder.objectType(ReceiptNotFound, {
  name: 'ReceiptNotFound',
  description: 'The workspace has no such receipt.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(ReceiptNotReplayable, {
  name: 'ReceiptNotReplayable',
  description: 'Something stands in the way of sending it through the pipeline again.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({
    because: t.string({
      description: 'body_not_whole, body_removed, still_refused, under_way or connection_missing.',
      resolve: ({ because }) => because,
    }),
    reason: t.expose('reason', {
      type: ReasonType,
      nullable: true,
      description: 'Of one that is still_refused: why it is refused now.',
    }),
  }),
})

const ReceiptFilterInput = builder.inputType('ReceiptFilter', {
  fields: (t) => ({
    connectionId: t.id(),
    states: t.field({ type: [ReceiptStateEnum] }),
    received: t.field({ type: PeriodInput }),
  }),
})

builder.queryField('receipts', (t) =>
  t.field({
    type: ReceiptPage,
    authScopes: { role: 'viewer' },
    args: { ...pageArgs(t.arg), filter: t.arg({ type: ReceiptFilterInput }) },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...args }, { deps: { receipts } }) => {
      const wanted = {
        connectionId: filter?.connectionId ?? undefined,
        states: filter?.states ?? undefined,
        from: filter?.received?.from ?? undefined,
        to: filter?.received?.to ?? undefined,
      }
      return readPage(args, listOf(receipts, wanted), ({ receivedAt }) => receivedAt)
    },
  }),
)

builder.queryField('receipt', (t) =>
  t.field({
    type: ReceiptType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.receipts.find(id),
  }),
)

builder.mutationField('replayReceipt', (t) =>
  t.field({
    type: ReceiptType,
    description:
      'Sends one receipt through the pipeline again. What was delivered already is not sent again.',
    authScopes: { role: 'marketer' },
    errors: { types: [ReceiptNotFound, ReceiptNotReplayable] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => {
      const { connection, exclusive } = deps.database
      return replayReceipt(deps, createNumbers(connection, 'receipts', exclusive), id)
    },
  }),
)
