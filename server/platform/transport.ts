/** One request as it goes out: whole address, final headers, bytes. */
export interface WireRequest {
  readonly method: string
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  /** Ends the exchange at once, wherever it is. */
  readonly signal: AbortSignal
  readonly answerBytesMax: number
  /** Called when the first byte is about to be written to a socket that is connected. */
  onLeaving?(): void
  /** Called for each redirect that is followed, with the answer that asked for it and the request that comes next. */
  onRedirect?(answer: WireAnswer, next: { url: URL; headers: Readonly<Record<string, string>> }): void
}

/** What came back, as it was sent: status, headers (repeated ones joined by a comma), body still compressed. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Carries one request over guarded sockets. Any status is an answer. Rejects with whatever the client below says where
 * none came, with `AddressRefusedError` from the guard, or with `AnswerTooLarge`. Never repeats anything.
 */
export type Transport = (request: WireRequest) => Promise<WireAnswer>

/** The answer was longer than `answerBytesMax`, compressed or not; reading stopped there. */
export class AnswerTooLarge extends Error {
  constructor(bytesMax: number) {
    super(`The answer is larger than ${Math.round(bytesMax / 1_000_000)} MB.`)
    this.name = 'AnswerTooLarge'
  }
}

/** The headers of an answer in one spelling: lower-case names, repeated ones joined by a comma. */
export function joinHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return joined
}
