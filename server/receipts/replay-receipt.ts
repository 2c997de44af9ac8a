import { isUsable } from '../connections/connection-directory.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { storedHook } from '../ingest/stored-hook.ts'
import { verifyHook } from '../ingest/verify-hook.ts'
import type { Numbers } from '../platform/numbers.ts'
import { ReceiptNotFound, ReceiptNotReplayable } from './receipt-errors.ts'
import type { InTheWay } from './receipt-errors.ts'
import type { Receipt } from './receipt-store.ts'

type Deps = Pick<WorkspaceDeps, 'receipts' | 'hub' | 'vault'>

/** Sends one receipt through the pipeline again, from *normalise*. Throws where that cannot be. */
export async function replayReceipt(deps: Deps, numbers: Numbers, id: string): Promise<Receipt> {
  const receipt = await deps.receipts.find(id)
  if (!receipt) throw new ReceiptNotFound(id)
  const inTheWay = await sendReceiptAgain(deps, numbers, receipt)
  if (inTheWay) throw new ReceiptNotReplayable(id, inTheWay)
  const sent = await deps.receipts.find(id)
  if (!sent) throw new ReceiptNotFound(id)
  return sent
}

/** The same for a receipt at hand with its body; what stands in the way is the answer. */
export async function sendReceiptAgain(
  deps: Deps,
  numbers: Numbers,
  receipt: Receipt,
): Promise<InTheWay | undefined> {
  const checked = await whyNotReplayable(deps, receipt)
  if ('because' in checked) return checked
  const number = await numbers.take(1)
  const sent = await deps.receipts.sendAgain(receipt.id, { number, inbound: checked.inbound })
  if (!sent) return { because: 'under_way' }
  deps.hub.onReopened({ _id: receipt.id, connectionId: receipt.connectionId, number })
  return undefined
}

/**
 * What stands in the way of a replay. A refused receipt is verified again with the credentials of today, by the clock
 * of its arrival; `inbound` is who recognised it now.
 */
export async function whyNotReplayable(
  { hub, vault }: Pick<Deps, 'hub' | 'vault'>,
  receipt: Receipt,
): Promise<InTheWay | { inbound: string | undefined }> {
  if (!receipt.whole) return { because: 'body_not_whole' }
  if (!receipt.body) return { because: 'body_removed' }
  if (receipt.state === 'stored') return { because: 'under_way' }
  const open = await hub.connections.byId(receipt.connectionId)
  if (!isUsable(open)) return { because: 'connection_missing' }
  if (receipt.state !== 'refused') return { inbound: undefined }
  const verdict = verifyHook(open, storedHook(receipt, open.hookUrl, vault))
  if (verdict.kind === 'accepted') return { inbound: verdict.inbound.id }
  // A handshake says nothing that could be taken in.
  const reason = verdict.kind === 'refused' ? verdict.reason : { code: 'unrecognised' }
  return { because: 'still_refused', reason }
}
