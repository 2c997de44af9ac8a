import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { MailServer } from '../../connectors/sdk/mail.ts'
import type { BuiltMail } from './build-mail.ts'
import type { MailTranscript } from './mail-transcript.ts'
import type { Network } from './network.ts'

/** A conversation with a mail server, signed in and encrypted as the connection wants it. */
export interface MailSession {
  /** Rejects with nodemailer's error, or with `RecipientRefused` before any of the message was said. */
  send(
    mail: BuiltMail,
    onLeaving: () => void,
  ): Promise<{ reply: string; serverMessageId: string | undefined }>
  /** Says goodbye, and waits for no answer to it. */
  leave(): void
}

/** The server refused one of several recipients. The message was held back, so that it goes to all of them or to none. */
export class RecipientRefused extends Error {
  readonly status: number
  readonly reply: string

  constructor({ status, reply }: { status: number; reply: string }) {
    super(reply)
    this.name = 'RecipientRefused'
    this.status = status
    this.reply = reply
  }
}

const greetingMs = 20_000
const goodbyeMs = 2_000
const replyBytesMax = 64 * 1024
const chunkBytes = 64 * 1024

/** Connects over a guarded socket, encrypts, and signs in. Rejects with what nodemailer or the socket below says. */
export async function openMailSession(
  network: Pick<Network, 'connect'>,
  server: MailServer,
  transcript: MailTranscript,
  signal: AbortSignal,
): Promise<MailSession> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const { host } = server
  const tls = {
    rejectUnauthorized: !server.trustsAnyCertificate,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  }
  const plain = await network.connect(host, server.port, signal)
  const socket = server.security === 'tls' ? await encrypted(plain, tls, signal) : plain
  const connection = new Connection({
    host,
    port: server.port,
    connection: socket,
    secure: server.security === 'tls',
    secured: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    tls,
    ...(server.clientName ? { name: server.clientName } : {}),
    greetingTimeout: greetingMs,
    maxResponseSize: replyBytesMax,
    logger: transcript.logger,
    transactionLog: true,
  })
  // What ends the conversation ends whatever waits for it, at every stage.
  const broken = new Promise<never>((_resolve, reject) => {
    connection.on('error', reject)
    signal.addEventListener('abort', () => reject(new Error('The conversation was stopped.')), { once: true })
  })
  broken.catch(() => connection.close())
  const step = <T>(work: (done: (error: Error | null | undefined, result?: T) => void) => void) =>
    Promise.race([
      broken,
      new Promise<T | undefined>((resolve, reject) => {
        work((error, result) => (error ? reject(error) : resolve(result)))
      }),
    ])

  try {
    await step<void>((done) => connection.connect(done))
    const { signIn } = server
    if (signIn) {
      const method = signIn.method === 'auto' ? false : signIn.method.replace('_', '-')
      await step((done) => connection.login({ user: signIn.user, pass: signIn.password, method }, done))
    }
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    async send({ envelope, raw }, onLeaving) {
      const message = heldBack(raw, transcript, onLeaving)
      try {
        const info = await step<SMTPConnection.SentMessageInfo>((done) =>
          connection.send({ ...envelope, size: raw.length }, message, done),
        )
        return { reply: info?.response ?? '', serverMessageId: info?.serverMessageId }
      } catch (error) {
        connection.close()
        throw error
      }
    },
    leave() {
      connection.quit()
      setTimeout(() => connection.close(), goodbyeMs).unref()
    },
  }
}

/**
 * The message as a stream, whose reading begins when the server has asked for it and said yes or no to every recipient.
 * `onLeaving` is called before its end is handed over, for only then can the final dot follow: a server that has not
 * seen the dot has no message (RFC 5321, 4.1.1.4).
 */
function heldBack(raw: Buffer, transcript: MailTranscript, onLeaving: () => void): Readable {
  let at = 0
  return new Readable({
    read() {
      const refused = at === 0 ? transcript.refusedRecipient() : undefined
      if (refused) {
        this.destroy(new RecipientRefused(refused))
        return
      }
      const chunk = raw.subarray(at, at + chunkBytes)
      at += chunk.length
      this.push(chunk)
      if (at < raw.length) return
      transcript.messageLeft(raw.length)
      onLeaving()
      this.push(null)
    },
  })
}

async function encrypted(
  plain: Socket,
  tls: { servername?: string; rejectUnauthorized: boolean },
  signal: AbortSignal,
): Promise<Socket> {
  const socket = connectTls({ socket: plain, ...tls })
  try {
    await once(socket, 'secureConnect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
