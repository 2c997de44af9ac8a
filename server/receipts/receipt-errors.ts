import { HubError } from '../errors.ts'

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
  still_refused: 'it still does not prove where it comes from. Correct the secret of the connection first.',
  under_way: 'it is still being worked on. Wait a moment.',
  connection_missing: 'its connection cannot be used any more. Nothing can be understood without it.',
}

export class ReceiptNotReplayable extends HubError {
  readonly code = 'receipt_not_replayable'
  readonly because: NotReplayable

  constructor(id: string, because: NotReplayable) {
    super(`Receipt ${id} cannot be replayed: ${words[because]}`)
    this.because = because
  }
}
