import { MailRefusedError } from '../errors.ts'
import { checkMailMessage } from '../mail.ts'
import type { Mail, MailMessage } from '../mail.ts'
import type { MailExchange } from './fixture.ts'

/** What a connector handed to its mail server: a message, or nothing but a knock at the door. */
export type SentMail = MailMessage | 'check'

/**
 * A small `Mail` for the connector contract: it refuses what the real one refuses, gives the recorded replies one
 * after the other, and keeps what it was asked to send in `sent`.
 */
export function localMail(replies: readonly MailExchange['reply'][]): { mail: Mail; sent: SentMail[] } {
  const waiting = [...replies]
  const sent: SentMail[] = []
  function next(asked: SentMail): string {
    sent.push(asked)
    const { status, stage, text } = waiting.shift() ?? {
      status: 599,
      stage: 'connect',
      text: 'No reply is recorded for this.',
    }
    const reply = `${status} ${text}`
    if (status >= 400) throw new MailRefusedError({ host: 'mail.invalid', stage, status, reply })
    return reply
  }
  return {
    sent,
    mail: {
      async send(message) {
        checkMailMessage(message)
        return { messageId: message.messageId, reply: next(message) }
      },
      check: async () => ({ greeting: next('check') }),
    },
  }
}
