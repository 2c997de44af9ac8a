import { InputRefusedError } from '../../connectors/sdk/errors.ts'
import { checkMailMessage, mailDomain } from '../../connectors/sdk/mail.ts'
import type { MailAddress, MailMessage } from '../../connectors/sdk/mail.ts'

/** A message as it goes over the wire. */
export interface BuiltMail {
  /** Who it is from and who gets it, blind copies included; domains in ASCII. */
  envelope: { from: string; to: string[] }
  /** The whole message, headers first. */
  raw: Buffer
}

/** Far above what mail programs show whole, and below what every server takes. */
const mailBytesMax = 5_000_000

/**
 * Writes a message as MIME. Nothing in it is ever read from a file or an address: content is text that was handed in.
 * Throws `InputRefusedError` for what cannot be one honest message, and for one that is too large.
 */
export async function buildMail(message: MailMessage): Promise<BuiltMail> {
  checkMailMessage(message)
  const { from, to, cc = [], bcc = [], replyTo, subject, text, html, headers = {}, messageId, date } = message
  // A third of a second and 10 MB that a hub without mail never needs.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const composer = new MailComposer({
    from: asWritten(from),
    to: to.map(asWritten),
    cc: cc.map(asWritten),
    ...(replyTo ? { replyTo: asWritten(replyTo) } : {}),
    subject,
    messageId: `<${messageId}>`,
    date,
    ...(text ? { text } : {}),
    ...(html ? { html } : {}),
    headers: Object.entries(headers).map(([key, value]) => ({ key, value: headerValue(key, value) })),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const raw = await composer.compile().build()
  if (raw.length > mailBytesMax) {
    throw new InputRefusedError(
      `The message is ${Math.ceil(raw.length / 1_000_000)} MB; at most ${mailBytesMax / 1_000_000} MB are sent. Link to what is large instead.`,
      'html',
    )
  }
  const recipients = [...to, ...cc, ...bcc].map((each) => asWritten(each).address)
  return { envelope: { from: asWritten(from).address, to: [...new Set(recipients)] }, raw }
}

/** Addresses in angle brackets must not be folded or encoded, however long: receivers read them as they stand. */
function headerValue(name: string, value: string): string | { prepared: true; value: string } {
  return /^list-/i.test(name) && /^[\x20-\x7e]*$/.test(value) ? { prepared: true, value } : value
}

function asWritten({ address, name }: MailAddress): { address: string; name: string } {
  const local = address.slice(0, address.lastIndexOf('@'))
  return { address: `${local}@${mailDomain({ address })}`, name: name ?? '' }
}
