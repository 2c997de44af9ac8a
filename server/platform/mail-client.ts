import { isIP } from 'node:net'
import { InputRefusedError, MailRefusedError, NetworkError } from '../../connectors/sdk/errors.ts'
import type { ExchangeError } from '../../connectors/sdk/errors.ts'
import type { Mail, MailMessage, MailServer, MailStage } from '../../connectors/sdk/mail.ts'
import { buildMail } from './build-mail.ts'
import type { BuiltMail } from './build-mail.ts'
import { cleanerFor } from './capture.ts'
import type { Cleaner, ExchangeSink } from './capture.ts'
import { startDeadline } from './deadline.ts'
import { openMailSession, RecipientRefused } from './mail-session.ts'
import { createMailTranscript } from './mail-transcript.ts'
import type { MailTranscript } from './mail-transcript.ts'
import { codeOf, meaningOf, refusalIn } from './network-failure.ts'
import type { Network } from './network.ts'

/** Over the whole conversation: mail servers think for longer than APIs do, and an attempt ends after 40 seconds. */
const mailMsMax = 35_000

export interface MailClientOptions {
  network: Pick<Network, 'connect'>
  server: MailServer
  /** Values to cut out of captures and errors: every `secret: true` field of the connection. */
  secrets: readonly string[]
  /** Takes each conversation as it ends, the failed ones too. */
  exchanges: ExchangeSink
  /** Ends what is under way: the process is going down, or the lease is lost. */
  signal?: AbortSignal
  /** Milliseconds; only differences are used. */
  clock?: () => number
}

/** What the connector is handed, and what the pipeline may ask of it afterwards. */
export interface AttemptMail extends Mail {
  /** True once a message was taken, or may have been: the final dot was sent and no refusal came. */
  readonly mayHaveSent: boolean
}

/** Makes the `mail` of one attempt. Each call is one conversation over a connection of its own. */
export function createMail(options: MailClientOptions): AttemptMail {
  let mayHaveSent = false
  return {
    async send(message) {
      const mail = await buildMail(message)
      const { transcript, result } = await converse(options, { message, mail }, () => {
        mayHaveSent = true
      })
      return {
        messageId: result.serverMessageId?.replaceAll(/[<>]/g, '') ?? message.messageId,
        reply: transcript.lastReply() ?? '',
      }
    },
    async check() {
      const { transcript } = await converse(options, undefined, () => {})
      return { greeting: transcript.greeting() }
    },
    get mayHaveSent() {
      return mayHaveSent
    },
  }
}

const monotonicMs = () => performance.now()

async function converse(
  { network, secrets, exchanges, signal, clock = monotonicMs, ...options }: MailClientOptions,
  sent: { message: MailMessage; mail: BuiltMail } | undefined,
  onTaken: () => void,
): Promise<{ transcript: MailTranscript; result: { serverMessageId?: string } }> {
  // A name with umlauts as the net writes it.
  const host = URL.parse(`http://${options.server.host}`)?.hostname ?? options.server.host
  const server = { ...options.server, host }
  const shownHost = isIP(host) === 6 ? `[${host}]` : host
  const url = new URL(`${server.security === 'tls' ? 'smtps' : 'smtp'}://${shownHost}:${server.port}`)
  const cleaner = cleanerFor(secrets, { url, headers: {} })
  const transcript = createMailTranscript()
  const deadline = startDeadline(mailMsMax, signal)
  const startedAt = clock()
  let hasLeft = false
  const capture = (failure?: { code: string; message: string }) => {
    exchanges.push({
      method: 'SMTP',
      url: url.href,
      requestHeaders: cleaner.headers(sent ? shownHeaders(sent.message, sent.mail) : {}),
      requestBody: cleaner.body(sent && shownBody(sent.message)),
      status: statusOf(transcript.lastReply()),
      responseHeaders: {},
      responseBody: cleaner.body(transcript.text()),
      durationMs: Math.round(clock() - startedAt),
      error: failure && { code: failure.code, message: failure.message },
    })
  }

  try {
    const session = await openMailSession(network, server, transcript, deadline.signal)
    const result = sent && (await session.send(sent.mail, () => (hasLeft = true)))
    session.leave()
    if (sent) onTaken()
    capture()
    return { transcript, result: result?.serverMessageId ? { serverMessageId: result.serverMessageId } : {} }
  } catch (error) {
    const reason: unknown = deadline.signal.aborted ? deadline.signal.reason : error
    const failure = failureOf(reason, { host: url.host, hasLeft, cleaner })
    if (failure instanceof NetworkError && failure.mayHaveLeft) onTaken()
    capture(failure)
    throw failure
  } finally {
    deadline.end()
  }
}

/** nodemailer's errors name the command that was answered, and carry the answer and the socket's own code. */
interface SmtpFailure extends Error {
  code?: string
  originalCode?: string
  command?: string
  response?: string
  responseCode?: number
}

function failureOf(
  error: unknown,
  { host, hasLeft, cleaner }: { host: string; hasLeft: boolean; cleaner: Cleaner },
): ExchangeError | InputRefusedError {
  const refusal = refusalIn(error)
  if (refusal) return refusal
  const refused = (stage: MailStage, status: number, reply: string) =>
    new MailRefusedError({ host, stage, status, reply: cleaner.text(reply).replaceAll(/\s*\n\s*/g, ' ') })
  if (error instanceof RecipientRefused) return refused('recipient', error.status, error.reply)
  if (!isSmtpFailure(error)) return noAnswer(host, meaningOf(error), hasLeft, error, cleaner)

  const { code, originalCode, command = '', message, response = message, responseCode = 0 } = error
  if (responseCode >= 400 && responseCode < 600)
    return refused(stageOf(command, code), responseCode, response)
  // The server offers no way of signing in that the connection has credentials for.
  if (code === 'EAUTH') return refused('sign_in', 535, message)
  if (code === 'EMESSAGE')
    return new InputRefusedError(`The message is larger than ${host} takes: ${message}.`, 'html')
  const meaning = originalCode
    ? meaningOf(Object.assign(new Error(message), { code: originalCode }))
    : message
  return noAnswer(host, meaning, hasLeft, error, cleaner)
}

function noAnswer(
  host: string,
  why: string,
  hasLeft: boolean,
  error: unknown,
  { text }: Cleaner,
): NetworkError {
  const meaning = text(why)
  const cause = Object.assign(new Error(meaning), { code: codeOf(error) })
  const doubt = hasLeft ? ' The message had been sent whole, so nobody knows whether it took it.' : ''
  return new NetworkError(`The mail server ${host} gave no answer: ${meaning}.${doubt}`, hasLeft, { cause })
}

function stageOf(command: string, code: string | undefined): MailStage {
  if (code === 'EAUTH' || command.startsWith('AUTH')) return 'sign_in'
  if (command === 'STARTTLS' || code === 'ETLS') return 'encrypt'
  if (command === 'MAIL FROM') return 'sender'
  if (command === 'RCPT TO') return 'recipient'
  return command === 'DATA' ? 'message' : 'connect'
}

function isSmtpFailure(error: unknown): error is SmtpFailure {
  return error instanceof Error && 'command' in error
}

function statusOf(reply: string | undefined): number | undefined {
  const status = Number(reply?.slice(0, 3))
  return Number.isInteger(status) && status >= 200 ? status : undefined
}

function shownHeaders(message: MailMessage, { envelope }: BuiltMail): Record<string, string> {
  const { from, to, cc = [], replyTo, subject, headers = {}, messageId, date } = message
  return {
    'envelope-from': envelope.from,
    'envelope-to': envelope.to.join(', '),
    from: shownAddress(from),
    to: to.map(shownAddress).join(', '),
    ...(cc.length > 0 ? { cc: cc.map(shownAddress).join(', ') } : {}),
    ...(replyTo ? { 'reply-to': shownAddress(replyTo) } : {}),
    subject,
    date: date.toUTCString(),
    'message-id': `<${messageId}>`,
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  }
}

function shownAddress({ address, name }: MailMessage['from']): string {
  return name ? `${name} <${address}>` : address
}

function shownBody({ text, html }: MailMessage): string {
  if (!text || !html) return html ?? text ?? ''
  return `--- text/plain ---\n${text}\n\n--- text/html ---\n${html}`
}
