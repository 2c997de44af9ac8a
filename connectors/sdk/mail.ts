import { InputRefusedError } from './errors.ts'

/** One mailbox, with the name that mail programs show beside it. */
export interface MailAddress {
  /** `ada@example.org`; a domain with umlauts is fine. */
  address: string
  name?: string
}

/** One message, with nothing left to decide but how its bytes are written. */
export interface MailMessage {
  from: MailAddress
  to: readonly MailAddress[]
  cc?: readonly MailAddress[]
  /** They get it, and nobody sees that they did. */
  bcc?: readonly MailAddress[]
  replyTo?: MailAddress
  subject: string
  /** At least one of `text` and `html`. */
  text?: string
  html?: string
  /** Headers beside those that follow from the fields above. */
  headers?: Readonly<Record<string, string>>
  /** Between the angle brackets. The same for every try of a message, so that a second copy can be recognised. */
  messageId: string
  date: Date
}

export interface MailTaken {
  /** Between the angle brackets. A server that gives its own (Microsoft 365, Amazon SES) has replaced the one we set. */
  messageId: string
  /** The server's last reply: often with the number under which its log has the message. */
  reply: string
}

/**
 * The only way a connector sends mail. The hub hands it to connectors whose `auth.mail` names a server, with sign-in,
 * encryption, time limit, size cap, address guard and capture already in place. A message goes to all of its recipients
 * or to none. Nothing is ever repeated here. Throws the errors of `errors.ts`.
 */
export interface Mail {
  /** Resolves when the server has taken the message over. */
  send(message: MailMessage): Promise<MailTaken>
  /** Connects, encrypts, signs in and leaves; resolves with the server's greeting. */
  check(): Promise<{ greeting: string }>
}

/** The server that a connection hands its mail to. */
export interface MailServer {
  host: string
  port: number
  /**
   * - `starttls`: begins readable and is encrypted before anything else is said; without encryption nothing is sent.
   * - `tls`: encrypted from the first byte.
   * - `none`: readable by everybody on the way, the password included.
   */
  security: 'starttls' | 'tls' | 'none'
  /** Encrypts, but to whoever answers. Default false: the certificate must be valid for `host`. */
  trustsAnyCertificate?: boolean
  /** Absent: the server takes mail from this machine as it comes. `auto` takes the best that the server offers. */
  signIn?: { user: string; password: string; method: 'auto' | 'plain' | 'login' | 'cram_md5' }
  /** What the hub calls itself (EHLO). Default: the name of its machine. */
  clientName?: string
}

/** Where in the conversation a mail server refused. */
export type MailStage = 'connect' | 'encrypt' | 'sign_in' | 'sender' | 'recipient' | 'message'

const recipientsMax = 100
const headerLengthMax = 2_000
/** Written from the fields of a message, or by the servers it passes: set by hand they would contradict themselves. */
const ownHeader =
  /^(?:from|sender|to|cc|bcc|reply-to|subject|date|message-id|received|return-path|mime-version|dkim-.*|arc-.*|content-.*|resent-.*)$/i

/**
 * Refuses what cannot be one honest message: a line break in a header or an address (it would add headers or
 * recipients of its own), no recipient, no text, addresses that are none. Throws `InputRefusedError`, naming the field.
 */
export function checkMailMessage(message: MailMessage): void {
  const { from, to, cc = [], bcc = [], replyTo, subject, text, html, headers = {}, messageId } = message
  const lists = { from: [from], to, cc, bcc, replyTo: replyTo ? [replyTo] : [] }
  for (const [field, addresses] of Object.entries(lists)) {
    for (const address of addresses) checkAddress(field, address)
  }
  const recipients = to.length + cc.length + bcc.length
  if (to.length === 0) throw new InputRefusedError('The message has nobody to go to.', 'to')
  if (recipients > recipientsMax) {
    throw new InputRefusedError(
      `The message has ${recipients} recipients; at most ${recipientsMax} are sent to at once.`,
      'to',
    )
  }
  if (!text && !html) throw new InputRefusedError('The message is empty: give it a text or HTML.', 'text')

  checkLine('subject', 'The subject', subject)
  checkLine('messageId', 'The message id', messageId)
  if (!/^[^\s<>@]+@[^\s<>@]+$/.test(messageId)) {
    throw new InputRefusedError(`“${messageId}” cannot be the id of a message.`)
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,75}$/.test(name)) {
      throw new InputRefusedError(
        `“${shown(name)}” cannot be the name of a header: use letters, digits and hyphens.`,
        'headers',
      )
    }
    if (ownHeader.test(name)) {
      throw new InputRefusedError(`The header ${name} is written by the hub and cannot be set.`, 'headers')
    }
    checkLine('headers', `The header ${name}`, value)
  }
}

/** The domain of an address as the net writes it: `post@bücher.example` gives `xn--bcher-kva.example`. */
export function mailDomain({ address }: MailAddress): string {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return URL.parse(`http://${domain}`)?.hostname ?? ''
}

/** Whether a text is one email address and nothing else. Letters of every alphabet are fine. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  return (
    at > 0 &&
    local.length <= 64 &&
    text.length <= 254 &&
    !/[\s\u0000-\u001f\u007f"(),:;<>[\]\\@]/.test(local) &&
    /^[\p{L}\p{N}\p{M}.-]+$/u.test(text.slice(at + 1)) &&
    mailDomain({ address: text }) !== ''
  )
}

function checkAddress(field: string, { address, name }: MailAddress): void {
  if (name !== undefined) checkLine(field, 'The name beside an address', name)
  if (!isMailAddress(address)) {
    throw new InputRefusedError(`“${shown(address)}” is not an email address.`, field)
  }
}

function checkLine(field: string, what: string, value: string): void {
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)) {
    throw new InputRefusedError(
      `${what} holds a line break or another control character, which could smuggle in headers. Map a text of one line.`,
      field,
    )
  }
  if (value.length > headerLengthMax) {
    throw new InputRefusedError(`${what} is longer than ${headerLengthMax} characters.`, field)
  }
}

function shown(text: string): string {
  const line = text.replaceAll(/[\s\u0000-\u001f\u007f]+/g, ' ')
  return line.length > 100 ? `${line.slice(0, 100)}…` : line
}
