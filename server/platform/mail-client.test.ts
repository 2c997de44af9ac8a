import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  AddressRefusedError,
  InputRefusedError,
  MailRefusedError,
  NetworkError,
} from '../../connectors/sdk/errors.ts'
import { failureClassOfReply } from '../../connectors/sdk/failure-class.ts'
import type { MailMessage, MailServer } from '../../connectors/sdk/mail.ts'
import { readMail } from '../testing/read-mail.ts'
import { startMailServer } from '../testing/start-mail-server.ts'
import type { CapturedExchange } from './capture.ts'
import { createMail } from './mail-client.ts'
import type { AttemptMail, MailClientOptions } from './mail-client.ts'
import { openNetwork } from './network.ts'
import { parseAllowedNetworks } from './safe-address.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const password = 'correct-horse'
const signIn = { user: 'hub@example.org', password, method: 'auto' } as const

const message: MailMessage = {
  from: { address: 'shop@example.org', name: 'Der Büchershop' },
  to: [{ address: 'olena@пошта.example', name: 'Олена' }],
  subject: 'Дякуємо, Oleno!',
  text: 'Дякуємо за замовлення.\n.\nA dot alone on a line ends nothing.',
  html: '<p>Дякуємо за <b>замовлення</b>.</p>',
  headers: { 'List-Unsubscribe': `<https://example.org/leave?who=${'x'.repeat(150)}>` },
  messageId: 'dlv_1@example.org',
  date: new Date('2026-11-25T10:00:00Z'),
}

async function mailServer(options?: SMTPServerOptions) {
  const server = await startMailServer(options)
  cleanups.push(() => server.close())
  return server
}

/** A mail client for a server on this machine, readable unless `change` says otherwise. */
function client(
  { host, port }: { host: string; port: number },
  change: Partial<MailServer> = {},
  options: Partial<MailClientOptions> = {},
  allowed = '127.0.0.0/8',
): { mail: AttemptMail; exchanges: CapturedExchange[] } {
  const network = openNetwork(parseAllowedNetworks(allowed))
  cleanups.push(() => network.close())
  const exchanges: CapturedExchange[] = []
  const server: MailServer = { host, port, security: 'none', ...change }
  return { mail: createMail({ network, server, secrets: [password], exchanges, ...options }), exchanges }
}

async function failureOf<E extends Error>(
  kind: abstract new (...args: never[]) => E,
  done: Promise<unknown>,
): Promise<E> {
  const error: unknown = await done.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof kind)) throw new Error(`Expected ${kind.name}, got ${String(error)}.`)
  return error
}

describe('a message', () => {
  it('arrives in UTF-8 with both bodies, its own id, and domains as the net writes them', async () => {
    const server = await mailServer()
    const { mail } = client(server)
    expect(await mail.send(message)).toEqual({ messageId: 'dlv_1@example.org', reply: '250 Queued as 4711' })
    const [got] = server.received
    // The test server writes domains back with their own letters.
    expect(got).toMatchObject({ from: 'shop@example.org', to: ['olena@пошта.example'] })
    expect(got?.raw).toMatch(/^To: .*<olena@xn--80a1acn3a\.example>/m)
    expect(got?.raw).toContain('Message-ID: <dlv_1@example.org>')
    expect(got?.raw).toContain('Date: Wed, 25 Nov 2026 10:00:00 +0000')
    expect(got?.raw).toMatch(/^Content-Type: multipart\/alternative/m)
    expect(readMail(got?.raw ?? '')).toMatchObject({
      headers: { from: 'Der Büchershop <shop@example.org>', subject: message.subject },
      text: message.text?.replaceAll('\n', '\r\n'),
      html: message.html,
    })
  })

  it('keeps a long address in List-Unsubscribe whole, and blind copies out of sight', async () => {
    const server = await mailServer()
    await client(server).mail.send({
      ...message,
      cc: [{ address: 'cc@example.org' }],
      bcc: [{ address: 'crm@example.org' }],
    })
    const [got] = server.received
    expect(got?.to).toEqual(['olena@пошта.example', 'cc@example.org', 'crm@example.org'])
    expect(got?.raw).not.toContain('crm@example.org')
    expect(got?.raw).toContain(
      `List-Unsubscribe: ${message.headers?.['List-Unsubscribe'] ?? ''}`.replace(/\r?\n/g, ''),
    )
  })

  it('goes to all of its recipients or to none', async () => {
    const server = await mailServer({
      onRcptTo({ address }, _session, done) {
        if (address.startsWith('gone'))
          done(Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }))
        else done()
      },
    })
    const { mail } = client(server)
    const both = { ...message, to: [...message.to, { address: 'gone@example.org' }] }
    const failure = await failureOf(MailRefusedError, mail.send(both))
    expect(failure).toMatchObject({ stage: 'recipient', status: 550, mayHaveLeft: false })
    expect(failure.message).toContain('5.1.1 no such user')
    expect(mail.mayHaveSent).toBe(false)
    expect(server.received).toEqual([])
  })

  it('is refused before anything is sent when it holds a line break where a header could begin', async () => {
    const server = await mailServer()
    const { mail } = client(server)
    const places: ((evil: string) => MailMessage)[] = [
      (evil) => ({ ...message, subject: evil }),
      (evil) => ({ ...message, messageId: evil }),
      (evil) => ({ ...message, from: { address: evil } }),
      (evil) => ({ ...message, from: { ...message.from, name: evil } }),
      (evil) => ({ ...message, to: [{ address: evil }] }),
      (evil) => ({ ...message, cc: [{ address: 'a@example.org', name: evil }] }),
      (evil) => ({ ...message, bcc: [{ address: `a@example.org${evil}` }] }),
      (evil) => ({ ...message, replyTo: { address: evil } }),
      (evil) => ({ ...message, headers: { 'X-Tag': evil } }),
      (evil) => ({ ...message, headers: { [evil]: 'x' } }),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom('\r\n', '\n', '\r', '\u2028', '\0'),
        fc.string({ maxLength: 5 }),
        fc.string({ maxLength: 5 }),
        async (place, lineBreak, before, after) => {
          const evil = `${before}${lineBreak}Bcc: thief@example.org${after}`
          await expect(mail.send(place(evil))).rejects.toBeInstanceOf(InputRefusedError)
        },
      ),
      { numRuns: 300 },
    )
    expect(server.connections()).toBe(0)
  })

  it('is refused when it is larger than is sent, with the field that is to blame', async () => {
    const { mail } = client(await mailServer())
    const failure = await failureOf(
      InputRefusedError,
      mail.send({ ...message, html: '<p>x</p>'.repeat(800_000) }),
    )
    expect(failure).toMatchObject({ field: 'html' })
  })

  it('is held back when it is larger than its server takes', async () => {
    const server = await mailServer({ size: 1_000 })
    const { mail } = client(server)
    const failure = await failureOf(InputRefusedError, mail.send({ ...message, text: 'long '.repeat(1_000) }))
    expect(failure.message).toContain('larger than')
    expect(server.received).toEqual([])
  })
})

describe('what a mail server refuses', () => {
  const refusing = (responseCode: number, text: string) => ({
    onRcptTo: (_address: unknown, _session: unknown, done: (err?: Error) => void) =>
      done(Object.assign(new Error(text), { responseCode })),
  })

  it.each([
    [550, '5.1.1 mailbox unknown', 'fix_mapping'],
    [451, '4.7.1 greylisted, come back later', 'retry'],
    [452, '4.2.2 mailbox full', 'retry'],
    [554, '5.7.1 Relay access denied', 'fix_connection'],
  ] as const)('a recipient, %i %s: %s', async (status, text, whose) => {
    const { mail } = client(await mailServer(refusing(status, text)))
    const failure = await failureOf(MailRefusedError, mail.send(message))
    expect(failure).toMatchObject({ stage: 'recipient', status })
    expect(failureClassOfReply(failure)).toBe(whose)
    expect(mail.mayHaveSent).toBe(false)
  })

  it.each([
    [552, '5.3.4 message too big', 'fix_mapping'],
    [554, '5.7.1 looks like spam', 'fix_mapping'],
    [550, '5.7.26 the sender is not authenticated (SPF, DKIM)', 'fix_connection'],
    [451, '4.3.0 try again later', 'retry'],
  ] as const)('a message that it has seen whole, %i %s: %s', async (responseCode, text, whose) => {
    const server = await mailServer({
      onData(stream, _session, done) {
        stream.resume().on('end', () => done(Object.assign(new Error(text), { responseCode })))
      },
    })
    const { mail } = client(server)
    const failure = await failureOf(MailRefusedError, mail.send(message))
    expect(failure).toMatchObject({ stage: 'message', status: responseCode, mayHaveLeft: false })
    expect(failureClassOfReply(failure)).toBe(whose)
    expect(mail.mayHaveSent).toBe(false)
  })

  it('a sender that is not its own is the connection’s fault', async () => {
    const server = await mailServer({
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error('5.7.1 not owned by user'), { responseCode: 553 })),
    })
    const failure = await failureOf(MailRefusedError, client(server).mail.send(message))
    expect(failure.stage).toBe('sender')
    expect(failureClassOfReply(failure)).toBe('fix_connection')
  })

  it.each(['auto', 'plain', 'login', 'cram_md5'] as const)(
    'a wrong password (%s) is the connection’s fault, and the password is nowhere to be seen',
    async (method) => {
      const server = await mailServer({ authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'] })
      const wrong = 'staple-battery'
      const { mail, exchanges } = client(
        server,
        { signIn: { ...signIn, password: wrong, method } },
        { secrets: [wrong] },
      )
      const failure = await failureOf(MailRefusedError, mail.send(message))
      expect(failure).toMatchObject({ stage: 'sign_in', status: 535 })
      expect(failureClassOfReply(failure)).toBe('fix_connection')
      expect(server.received).toEqual([])
      const shown = JSON.stringify([exchanges, failure.message])
      expect(shown).not.toContain(wrong)
      expect(shown).not.toContain(Buffer.from(wrong).toString('base64').slice(0, 12))
      expect(shown).not.toContain(Buffer.from(`\0hub@example.org\0${wrong}`).toString('base64').slice(24))
    },
  )

  it.each(['auto', 'plain', 'login', 'cram_md5'] as const)(
    'the right password is taken (%s)',
    async (method) => {
      const server = await mailServer({ authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'], authOptional: false })
      await client(server, { signIn: { ...signIn, method } }).mail.send(message)
      expect(server.received).toMatchObject([{ user: 'hub@example.org' }])
    },
  )
})

describe('on the way to the server', () => {
  it('everything is encrypted before it is said, by both ways of doing so', async () => {
    const [starttls, tls] = [await mailServer(), await mailServer({ secure: true })]
    await client(starttls, { security: 'starttls', trustsAnyCertificate: true, signIn }).mail.send(message)
    await client(tls, { security: 'tls', trustsAnyCertificate: true, signIn }).mail.send(message)
    expect(starttls.received).toMatchObject([{ secure: true, user: 'hub@example.org' }])
    expect(tls.received).toMatchObject([{ secure: true, user: 'hub@example.org' }])
  })

  it('nothing is said to a server that does not encrypt, unless that was asked for', async () => {
    const server = await mailServer({ disabledCommands: ['STARTTLS'] })
    const { mail, exchanges } = client(server, { security: 'starttls', signIn })
    const failure = await failureOf(MailRefusedError, mail.send(message))
    expect(failure.stage).toBe('encrypt')
    expect(failureClassOfReply(failure)).toBe('fix_connection')
    expect(exchanges[0]?.responseBody?.text).not.toMatch(/C: (?:AUTH|MAIL)/)
  })

  it('a certificate that nobody vouches for is not trusted, unless that was asked for', async () => {
    const [starttls, tls] = [await mailServer(), await mailServer({ secure: true })]
    for (const [server, security] of [
      [starttls, 'starttls'],
      [tls, 'tls'],
    ] as const) {
      const failure = await failureOf(NetworkError, client(server, { security, signIn }).mail.send(message))
      expect(failure.message).toContain('certificate')
      expect(failure.mayHaveLeft).toBe(false)
    }
    expect([...starttls.received, ...tls.received]).toEqual([])
  })

  it('private networks are refused, by address and by name, and nothing connects', async () => {
    const server = await mailServer()
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const { mail, exchanges } = client({ host, port: server.port }, {}, {}, '')
      await failureOf(AddressRefusedError, mail.send(message))
      expect(exchanges).toMatchObject([{ error: { code: 'address_refused' } }])
    }
    expect(server.connections()).toBe(0)
  })

  it('nobody listening is a matter of time', async () => {
    const { mail } = client({ host: '127.0.0.1', port: 1 })
    const failure = await failureOf(NetworkError, mail.send(message))
    expect(failure).toMatchObject({ mayHaveLeft: false })
    expect(failure.message).toContain('nothing listens there')
  })
})

describe('when the connection breaks', () => {
  /** A server that follows the conversation up to the point at which `act` takes over. */
  async function breaking(at: 'DATA' | 'dot', act: (socket: Socket) => void) {
    const server = createServer((socket) => {
      let isData = false
      socket.on('error', () => {})
      socket.write('220 ready\r\n')
      socket.on('data', (chunk) => {
        const text = chunk.toString()
        if (isData) {
          if (at === 'dot' && text.endsWith('\r\n.\r\n')) act(socket)
          return
        }
        for (const line of text.split('\r\n').filter((each) => each !== '')) {
          if (line === 'DATA') {
            isData = true
            if (at === 'DATA') return act(socket)
            socket.write('354 go on\r\n')
          } else socket.write('250 fine\r\n')
        }
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => server.close())
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  }

  it('before the message was said, nobody can have it', async () => {
    const { mail } = client(await breaking('DATA', (socket) => socket.destroy()))
    const failure = await failureOf(NetworkError, mail.send(message))
    expect(failure.mayHaveLeft).toBe(false)
    expect(mail.mayHaveSent).toBe(false)
  })

  it('after the final dot, it may have been taken', async () => {
    const { mail, exchanges } = client(await breaking('dot', (socket) => socket.destroy()))
    const failure = await failureOf(NetworkError, mail.send(message))
    expect(failure.mayHaveLeft).toBe(true)
    expect(failure.message).toContain('nobody knows')
    expect(mail.mayHaveSent).toBe(true)
    expect(exchanges).toMatchObject([{ error: { code: 'network' } }])
  })

  it('an attempt that is stopped after the final dot is in doubt too', async () => {
    const stop = new AbortController()
    const server = await breaking('dot', () => stop.abort())
    const { mail } = client(server, {}, { signal: stop.signal })
    const failure = await failureOf(NetworkError, mail.send(message))
    expect(failure.mayHaveLeft).toBe(true)
    expect(failure.message).toContain('stopped from within the hub')
  })

  it('a server that goes out of service instead of answering has not taken it', async () => {
    const { mail } = client(await breaking('dot', (socket) => socket.end('421 closing down\r\n')))
    const failure = await failureOf(MailRefusedError, mail.send(message))
    expect(failureClassOfReply(failure)).toBe('retry')
    expect(mail.mayHaveSent).toBe(false)
  })
})

describe('what people see of it', () => {
  it('is the envelope, the headers, both bodies and what the server said', async () => {
    const server = await mailServer()
    const { mail, exchanges } = client(server, { signIn, clientName: 'hub.example.org' })
    await mail.send({ ...message, bcc: [{ address: 'crm@example.org' }] })
    expect(exchanges).toMatchObject([
      {
        method: 'SMTP',
        url: `smtp://127.0.0.1:${server.port}`,
        requestHeaders: {
          'envelope-from': 'shop@example.org',
          'envelope-to': 'olena@xn--80a1acn3a.example, crm@example.org',
          from: 'Der Büchershop <shop@example.org>',
          subject: 'Дякуємо, Oleno!',
          'message-id': '<dlv_1@example.org>',
        },
        status: 250,
        error: undefined,
      },
    ])
    const [{ requestBody, responseBody }] = exchanges as [CapturedExchange]
    expect(requestBody?.text).toContain('Дякуємо за замовлення.')
    expect(requestBody?.text).toContain('<b>замовлення</b>')
    expect(responseBody?.text).toMatch(
      /^S: 220 [^]*C: EHLO hub\.example\.org\nS: 250-[^]*C: AUTH PLAIN •••\nS: 235/,
    )
    expect(responseBody?.text).toMatch(
      /C: MAIL FROM:<shop@example\.org>.*\nS: 250.*\nC: RCPT TO:<olena@xn--80a1acn3a\.example>\nS: 250/,
    )
    expect(responseBody?.text).toMatch(
      /C: DATA\nS: 354.*\nC: \(the message, \d+ bytes\)\nS: 250 Queued as 4711\nC: QUIT$/,
    )
    expect(JSON.stringify(exchanges)).not.toContain(password)
  })

  it('is the greeting, when a connection is only tried', async () => {
    const server = await mailServer({ banner: 'mail.example.org at your service' })
    const { mail, exchanges } = client(server, { signIn })
    expect((await mail.check()).greeting).toContain('mail.example.org at your service')
    expect(exchanges).toMatchObject([{ status: 235, requestBody: undefined }])
    expect(server.received).toEqual([])
    expect(mail.mayHaveSent).toBe(false)
  })

  it('never shows a password that the server says back', async () => {
    const server = await mailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error(`no ${password} ${btoa(password)}`), { responseCode: 550 })),
    })
    const { mail, exchanges } = client(server, { signIn })
    const failure = await failureOf(MailRefusedError, mail.send(message))
    const shown = JSON.stringify([exchanges, failure, failure.message])
    expect(shown).not.toContain(password)
    expect(shown).not.toContain(btoa(password))
  })
})
