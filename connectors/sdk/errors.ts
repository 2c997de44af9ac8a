import type { MailStage } from './mail.ts'

/**
 * Who has to act on a failed attempt, and whether the hub tries again by itself.
 * - `retry`: nobody; the queue tries again on its schedule.
 * - `fix_connection`: the owner of the connection (credentials, permissions, address); deliveries are parked.
 * - `fix_mapping`: whoever made the mapping; sending the same input again cannot help.
 * - `gone`: the thing addressed no longer exists; only this delivery is affected.
 */
export type FailureClass = 'retry' | 'fix_connection' | 'fix_mapping' | 'gone'

/** Base of the failures of one exchange with a vendor. */
export abstract class ExchangeError extends Error {
  abstract readonly code: string
  /** True when a request that changes something may have reached the vendor although no usable answer came back. */
  readonly mayHaveLeft: boolean

  constructor(message: string, mayHaveLeft: boolean, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.mayHaveLeft = mayHaveLeft
  }
}

/** The vendor answered with a status that is a failure. */
export class HttpStatusError extends ExchangeError {
  readonly code = 'http_status'
  readonly method: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** At most 256 kB of the answer. */
  readonly body: string

  constructor(answer: {
    method: string
    url: string
    status: number
    headers: Readonly<Record<string, string>>
    body: string
    mayHaveLeft: boolean
  }) {
    super(`${answer.method} ${answer.url} was answered with status ${answer.status}.`, answer.mayHaveLeft)
    this.method = answer.method
    this.status = answer.status
    this.headers = answer.headers
    this.body = answer.body
  }
}

/** A mail server said no. Nobody has got the message, and a second try cannot make a second copy. */
export class MailRefusedError extends ExchangeError {
  readonly code = 'mail_refused'
  readonly stage: MailStage
  /** The server's reply code: 4yz is "not now", 5yz "not ever". */
  readonly status: number
  readonly reply: string

  constructor(refusal: { host: string; stage: MailStage; status: number; reply: string }) {
    super(`${refusal.host} ${refusals[refusal.stage]}: ${refusal.reply}`, false)
    this.stage = refusal.stage
    this.status = refusal.status
    this.reply = refusal.reply
  }
}

const refusals: Readonly<Record<MailStage, string>> = {
  connect: 'does not talk to this hub',
  encrypt: 'does not encrypt the connection, so nothing was sent',
  sign_in: 'does not accept the sign-in',
  sender: 'does not accept the sender',
  recipient: 'does not accept a recipient',
  message: 'does not accept the message',
}

/** No answer: the name did not resolve, the connection was refused or broke, or time ran out. */
export class NetworkError extends ExchangeError {
  readonly code = 'network'
}

/** The address is private, link-local or otherwise not allowed (`SWITCHYARD_ALLOW_NETWORKS`). Nothing was sent. */
export class AddressRefusedError extends ExchangeError {
  readonly code = 'address_refused'

  constructor(message: string, options?: ErrorOptions) {
    super(message, false, options)
  }
}

/** The credentials hold a character that cannot be sent, such as a line break that was pasted with them. Nothing was sent. */
export class CredentialsUnfitError extends ExchangeError {
  readonly code = 'credentials_unfit'

  constructor(message: string) {
    super(message, false)
  }
}

/** The answer was too large, or not what its content type says. */
export class UnreadableAnswerError extends ExchangeError {
  readonly code = 'unreadable_answer'
}

/** For an action that finds out by itself that its input cannot work; the text is shown to the marketer. */
export class InputRefusedError extends Error {
  readonly code = 'input_refused'
  readonly field: string | undefined

  constructor(message: string, field?: string) {
    super(message)
    this.name = 'InputRefusedError'
    this.field = field
  }
}
