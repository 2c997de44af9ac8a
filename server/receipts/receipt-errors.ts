import { HubError } from '../errors.ts'
import type { Reason } from '../errors.ts'

export class ReceiptNotFound extends HubError {
  readonly code = 'receipt_not_found'

  constructor(id: string) {
    super(`There is no receipt ${id} in this workspace. It may be older than receipts are kept.`)
  }
}

/** Why a receipt cannot be sent through the pipeline again. */
export type NotReplayable =
  'body_not_whole' | 'body_removed' | 'still_refused' | 'under_way' | 'connection_missing'

const words: Record<NotReplayable, string> = {
  body_not_whole:
    'only its beginning was kept, because it was too large. Ask the vendor to send it again in smaller parts.',
  body_removed:
    'its body has been removed after the time that bodies are kept. Ask the vendor to send it again.',
  still_refused: 'it still does not prove where it comes from.',
  under_way: 'it is still being worked on. Wait a moment.',
  connection_missing: 'its connection cannot be used any more. Nothing can be understood without it.',
}

const otherTool =
  'Choose the check, and the place, that the sending tool uses. Where it has none switched on, switch it on there.'
const incomplete =
  'Nothing here can add what it lacks: choose the check that the sending tool makes, or ask it to send it again.'

/** What to do about a refusal, by the code of its reason. */
const next: Readonly<Record<string, string>> = {
  id_missing: incomplete,
  secret_mismatch: 'Correct the secret of the connection first.',
  secret_missing: 'Enter the secret of the connection first.',
  secret_not_presented: otherTool,
  secret_unreadable: 'Enter the secret of the connection again, whole and as it was given out.',
  signature_mismatch: 'Correct the secret of the connection first.',
  signature_missing: otherTool,
  timestamp_missing: incomplete,
  timestamp_outside_tolerance:
    'Its time of signing is too far from that of its arrival. Allow more time in the connection where that can be set, or set the clock that is wrong and ask the vendor to send it again.',
  timestamp_unreadable: incomplete,
  unrecognised:
    'The connector knows no such request. Look at whether the vendor sends it to the right connection.',
}

/** What stands in the way; where it is refused again, why it is now. */
export interface InTheWay {
  because: NotReplayable
  reason?: Reason
}

export class ReceiptNotReplayable extends HubError {
  readonly code = 'receipt_not_replayable'
  readonly because: NotReplayable
  readonly reason: Reason | undefined

  constructor(id: string, { because, reason }: InTheWay) {
    const then = reason ? ` ${next[reason.code] ?? 'Look at why it is refused, and mend that first.'}` : ''
    super(`Receipt ${id} cannot be replayed: ${words[because]}${then}`)
    this.because = because
    this.reason = reason
  }
}
