import {
  defineAction,
  failureClassOfReply,
  InputRefusedError,
  isMailAddress,
  mailDomain,
  MailRefusedError,
  z,
} from '#sdk'
import { auth } from '../auth.ts'
import { htmlDocument } from '../html-document.ts'
import { mailOf } from '../mail-of.ts'
import { textOfHtml } from '../text-of-html.ts'
import { unsubscribeHeaders } from '../unsubscribe-headers.ts'

const staleAfterMs = 24 * 3_600_000
const address = z.string().trim().refine(isMailAddress, 'is not an email address')
const addresses = z.array(address).max(50)
const line = z
  .string()
  .trim()
  .regex(/^[^\u0000-\u001f\u007f\u2028\u2029]*$/, 'must be one line: a line break could smuggle in headers')

const input = z
  .object({
    to: addresses.min(1).meta({
      label: 'To',
      help: 'One address, or a list. All of them get the mail, or none.',
      suggest: ['contact.email', 'event.contact.email'],
    }),
    toName: line.max(200).optional().meta({
      label: 'Name of the recipient',
      help: 'Shown beside the address, if there is only one.',
      suggest: 'contact.full_name',
    }),
    subject: line.min(1).max(500).meta({ label: 'Subject' }),
    html: z.string().max(500_000).optional().meta({
      label: 'HTML',
      help: 'The mail as it looks. What you read from events and contacts is escaped; in a formula use $inHtml.',
      html: true,
    }),
    text: z.string().max(500_000).optional().meta({
      label: 'Text',
      help: 'For programs that show no HTML. Empty: it is made from the HTML.',
      prose: true,
    }),
    preheader: line.max(250).optional().meta({
      label: 'Preview line',
      help: 'What an inbox shows beside the subject. It is not to be seen in the mail itself.',
    }),
    cc: addresses.optional().meta({ label: 'Copy to (Cc)' }),
    bcc: addresses
      .optional()
      .meta({ label: 'Blind copy to (Bcc)', help: 'Nobody else sees that they got it.' }),
    replyTo: address.optional().meta({ label: 'Replies go to', help: 'Empty: as the connection says.' }),
    from: address.optional().meta({
      label: 'Sender address',
      help: 'Empty: as the connection says. The server must allow it.',
    }),
    fromName: line.max(200).optional().meta({ label: 'Sender name', help: 'Empty: as the connection says.' }),
    unsubscribeUrl: z
      .url({ protocol: /^https$/, error: 'must be an address that begins with https://' })
      .optional()
      .meta({
        label: 'Unsubscribe address',
        help: 'Mail programs show a button for it. It must unsubscribe at once when it is posted to (RFC 8058), and must not when it is only opened.',
      }),
    unsubscribeEmail: address.optional().meta({
      label: 'Unsubscribe by mail to',
      help: 'For mail programs without that button.',
    }),
    headers: z
      .record(z.string(), line)
      .optional()
      .meta({ label: 'More headers', help: 'Such as X-Campaign, for the statistics of a sending service.' }),
  })
  .refine(({ text, html }) => Boolean(text?.trim()) || Boolean(html?.trim()), {
    path: ['html'],
    error: 'must not be empty unless Text is given',
  })

export const sendEmail = defineAction({
  auth,
  name: 'Send an email',
  description: 'Sends one mail, as HTML, as text or both, to one recipient or a few.',
  // A mail server knows no idempotency key, and two mails are worse than a question to a person.
  repeat: 'unsafe',
  staleAfterMs,
  input,
  request: (mapped) => ({ method: 'SMTP', path: mapped.to.join(', '), json: bodiesOf(mapped) }),
  async run({ mail, auth: { fromAddress, fromName, replyTo: repliesTo }, key, now }, mapped) {
    const {
      to,
      toName,
      cc = [],
      bcc = [],
      subject,
      replyTo = repliesTo,
      unsubscribeUrl,
      unsubscribeEmail,
    } = mapped
    const from = named(mapped.from ?? fromAddress, mapped.fromName ?? fromName)
    try {
      const taken = await mailOf(mail).send({
        from,
        to: to.map((each) => named(each, to.length === 1 ? toName : undefined)),
        cc: cc.map((each) => named(each)),
        bcc: bcc.map((each) => named(each)),
        ...(replyTo ? { replyTo: named(replyTo) } : {}),
        subject,
        ...bodiesOf(mapped),
        headers: {
          // RFC 3834: keeps absence notices and other robots from answering.
          'Auto-Submitted': 'auto-generated',
          ...mapped.headers,
          ...unsubscribeHeaders({ unsubscribeUrl, unsubscribeEmail }),
        },
        messageId: `${key}@${mailDomain(from)}`,
        date: now,
      })
      return { message_id: taken.messageId, reply: taken.reply }
    } catch (error) {
      // The connection's own sender would have been its owner's to mend; this one came from the mapping.
      if (
        mapped.from &&
        error instanceof MailRefusedError &&
        error.stage === 'sender' &&
        failureClassOfReply(error) === 'fix_connection'
      ) {
        throw new InputRefusedError(
          `${error.message} Leave the sender address out, or use one of your own.`,
          'from',
        )
      }
      throw error
    }
  },
})

/** The mail as it is read: both bodies, the text made from the HTML where there is none of its own. */
function bodiesOf({ text, html, preheader }: z.output<typeof input>): { text?: string; html?: string } {
  const plain = text?.trim() ? text : textOfHtml(html ?? '')
  return html?.trim() ? { text: plain, html: htmlDocument(html, preheader) } : { text: plain }
}

function named(mailbox: string, name?: string): { address: string; name?: string } {
  return name ? { address: mailbox, name } : { address: mailbox }
}
