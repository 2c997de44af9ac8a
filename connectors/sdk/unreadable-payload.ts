import type { Reason } from './reason.ts'

/** A body that cannot be read. The receipt is kept as *not understood* with this reason; nothing is lost. */
export class UnreadablePayload extends Error {
  readonly code: string
  readonly data: Reason['data']

  constructor(code: string, data?: Reason['data'], options?: ErrorOptions) {
    super(code, options)
    this.name = 'UnreadablePayload'
    this.code = code
    this.data = data
  }
}
