import type { LiveNews } from '../platform/live-feed.ts'
import { builder } from './builder.ts'
import type { ApiContext } from './context.ts'
import { DeliveryType, EventType, ReceiptType } from './refs.ts'

const KindEnum = builder.enumType('LiveKind', { values: ['receipt', 'event', 'delivery'] as const })

const LiveChangeType = builder.objectRef<LiveNews>('LiveChange').implement({
  description: 'Something came or changed. Lossy: a slow reader misses some; lists tell everything.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    kind: t.expose('kind', { type: KindEnum }),
    id: t.exposeID('id'),
    receipt: t.field({
      type: ReceiptType,
      nullable: true,
      resolve: ({ kind, id }, _args, { load }) => (kind === 'receipt' ? load.receipts.load(id) : undefined),
    }),
    event: t.field({
      type: EventType,
      nullable: true,
      resolve: ({ kind, id }, _args, { load }) => (kind === 'event' ? load.events.load(id) : undefined),
    }),
    delivery: t.field({
      type: DeliveryType,
      nullable: true,
      resolve: ({ kind, id }, _args, { load }) =>
        kind === 'delivery' ? load.deliveries.load(id) : undefined,
    }),
  }),
})

builder.subscriptionField('live', (t) =>
  t.field({
    type: LiveChangeType,
    description: 'Receipts, events and deliveries of the workspace as they come and change.',
    authScopes: { role: 'viewer' },
    subscribe: (_root, _args, context) =>
      untilRevoked(context, context.hub.live.watch(context.deps.workspaceId)),
    resolve: (news, _args, context) => {
      // Each change is read as it is now; what an earlier one loaded is of an earlier moment.
      context.forget()
      return news
    },
  }),
)

/** Whoever signed out, was removed or has another role by now is noticed this soon: nothing goes out without a look. */
const LOOK_AGAIN_MS = 5_000

/** Not a generator: one that waits for news could not be ended from outside, and would go on listening for ever. */
function untilRevoked(
  context: ApiContext,
  news: AsyncIterableIterator<LiveNews>,
): AsyncIterableIterator<LiveNews> {
  const { now } = context.hub
  let looked = now().getTime()
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await news.return?.()
    return { value: undefined, done: true }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const change = await news.next()
      if (change.done || now().getTime() - looked < LOOK_AGAIN_MS) return change
      looked = now().getTime()
      return (await isStillValid(context)) ? change : end()
    },
    return: end,
  }
}

async function isStillValid({
  askAgain,
  caller,
  role,
  workspaceId,
  permissions,
}: ApiContext): Promise<boolean> {
  const asking = await askAgain()
  return (
    asking.caller?.id === caller?.id &&
    asking.role === role &&
    asking.workspaceId === workspaceId &&
    String(asking.permissions) === String(permissions)
  )
}
