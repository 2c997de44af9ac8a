/** A command of the hub and what the mail server replied to it. The greeting answers no command. */
interface Turn {
  command: string
  reply: string | undefined
}

/** What was said in one conversation with a mail server, without credentials and without the message itself. */
export interface MailTranscript {
  /** Takes nodemailer's transaction log, which has masked the credentials already. */
  readonly logger: Record<
    'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    (...line: unknown[]) => void
  >
  /** Says that the message went over the wire here; its reply is the next one. */
  messageLeft(bytes: number): void
  /** The first recipient that the server refused. */
  refusedRecipient(): { status: number; reply: string } | undefined
  /** What the server said when it was called. */
  greeting(): string
  lastReply(): string | undefined
  /** `C:` is the hub, `S:` the server. */
  text(): string
}

/** Replies are answers to people's eyes; a server that talks for ever is not listened to for ever. */
const lineLengthMax = 2_000

export function createMailTranscript(): MailTranscript {
  const turns: Turn[] = [{ command: '', reply: undefined }]
  const ignore = () => {}

  function said(...[data, line]: unknown[]): void {
    const who = typeof data === 'object' && data !== null && 'tnx' in data ? data.tnx : undefined
    if (typeof line !== 'string') return
    if (who === 'client') turns.push({ command: withoutCredentials(line), reply: undefined })
    if (who === 'server') {
      const unanswered = turns.find(({ reply }) => reply === undefined)
      const reply = line.slice(0, lineLengthMax)
      if (unanswered) unanswered.reply = reply
      else turns.push({ command: '', reply })
    }
  }

  return {
    logger: { trace: ignore, debug: said, info: ignore, warn: ignore, error: ignore, fatal: ignore },
    messageLeft(bytes) {
      turns.push({ command: `(the message, ${bytes} bytes)`, reply: undefined })
    },
    refusedRecipient() {
      const refused = turns.find(
        ({ command, reply }) => command.startsWith('RCPT TO') && reply && !reply.startsWith('2'),
      )
      return refused?.reply ? { status: Number(refused.reply.slice(0, 3)), reply: refused.reply } : undefined
    },
    greeting: () => turns[0]?.reply ?? '',
    lastReply: () => turns.findLast(({ reply }) => reply !== undefined)?.reply,
    text: () =>
      turns
        .flatMap(({ command, reply }) => [
          ...(command ? [`C: ${command}`] : []),
          ...(reply ? reply.split('\n').map((line) => `S: ${line}`) : []),
        ])
        .join('\n'),
  }
}

/** What follows AUTH, and the lines that answer its questions, are credentials in some shape. */
function withoutCredentials(command: string): string {
  if (/^AUTH\s/i.test(command)) return command.replace(/^(AUTH\s+\S+)\s.*/i, '$1 •••')
  const isCommand = /^(?:EHLO|HELO|STARTTLS|MAIL|RCPT|DATA|RSET|NOOP|QUIT|\.$)/i.test(command)
  return isCommand ? command.slice(0, lineLengthMax) : '•••'
}
