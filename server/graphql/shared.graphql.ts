import { permissions } from '../accounts/permission.ts'
import { roles } from '../accounts/role.ts'
import { deliveryStates } from '../deliveries/delivery-state.ts'
import type { Reason } from '../errors.ts'
import { receiptStates } from '../receipts/receipt-state.ts'
import { builder } from './builder.ts'
import { shownReason } from './mask.ts'

export const RoleEnum = builder.enumType('Role', {
  description: 'What somebody may do, each including what the one before may: see, map, wire, own.',
  values: roles,
})

export const PermissionEnum = builder.enumType('Permission', {
  description:
    'What a token may be limited to, within its role. Who may write may read the same; who may replay may read deliveries and events. To try flows and mappings on what came, write_flows needs read_events and read_contacts beside it. None of them lets anybody in or changes a role.',
  values: permissions,
})

export const ReceiptStateEnum = builder.enumType('ReceiptState', {
  description: 'What became of a receipt.',
  values: receiptStates,
})

export const DeliveryStateEnum = builder.enumType('DeliveryState', {
  description: 'Where a delivery stands.',
  values: deliveryStates,
})

/** Stored as code and data; pages word it in the reader's language. */
export const ReasonType = builder.objectRef<Reason>('Reason').implement({
  description: 'Why something is as it is, as a code with what belongs to it.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    code: t.exposeString('code'),
    data: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Values that the code talks about. Personal ones are masked for viewers.',
      resolve: (reason, _args, { role }) => shownReason(role, reason),
    }),
  }),
})

/** What was removed, by its id. */
export const DeletedType = builder
  .objectRef<{ id: string; leftBehind?: readonly Reason[] }>('Deleted')
  .implement({
    description: 'Something is no longer there.',
    authScopes: { signedIn: true },
    fields: (t) => ({
      id: t.exposeID('id'),
      leftBehind: t.field({
        type: [ReasonType],
        description: 'What could not be undone at the vendor and is left for a person to do there.',
        resolve: ({ leftBehind = [] }) => [...leftBehind],
      }),
    }),
  })

/** From here, and up to there: a span of time over which a list goes. */
export const PeriodInput = builder.inputType('Period', {
  description: 'A span of time: from (inclusive) to (exclusive), each optional.',
  fields: (t) => ({ from: t.field({ type: 'DateTime' }), to: t.field({ type: 'DateTime' }) }),
})

/** Names a flow that stands in the way of something. */
export const FlowNameType = builder.objectRef<{ id: string; name: string }>('FlowName').implement({
  description: 'A flow that stands in the way.',
  authScopes: { signedIn: true },
  fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
})
