import type { Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { readMail } from '../../server/testing/read-mail.ts'
import { escapeHtml } from './page.ts'
import type { Character } from './stand-in.ts'

/** A message that was taken, or refused after it was seen whole. */
interface Arrived {
  at: string
  from: string
  to: string[]
  headers: Record<string, string>
  text: string | undefined
  html: string | undefined
  reply: string
}

/** Who may send. */
interface MailAccount {
  user: string
  password: string
}

const sizeMax = 1_000_000
const keptMax = 200

/** What the server says to recipients by the name before the @. Everybody else has a mailbox. */
const refusals = {
  unknown: { code: 550, text: '5.1.1 There is no such mailbox here' },
  full: { code: 452, text: '4.2.2 The mailbox is full' },
  elsewhere: { code: 554, text: '5.7.1 Relay access denied' },
} as const

/**
 * A mail server that delivers nothing and shows everything. It refuses what real ones refuse: a wrong password (535),
 * `unknown@…` (550), `full@…` (452), `elsewhere@…` (554), a first mail to `grey@…` (451), a message over 1 MB (552),
 * "spam" in the subject (554). After a mail to `hangup@…` it breaks off without an answer, so that a doubtful delivery
 * can be looked at.
 */
export function mailServer(account: MailAccount, now: () => Date): Character {
  const arrived: Arrived[] = []
  const greeted = new Set<string>()
  const sockets = new Map<number | undefined, Socket>()
  const smtp = new SMTPServer({
    banner: 'Switchyard sandbox',
    // With the certificate that comes with the package, which nobody vouches for.
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    allowInsecureAuth: true,
    size: sizeMax,
    disableReverseLookup: true,
    closeTimeout: 500,
    logger: false,
    onAuth(given, _session, done) {
      const { method, username, password } = given
      const isRight =
        method === 'CRAM-MD5' ? given.validatePassword(account.password) : password === account.password
      if (username === account.user && isRight) done(null, { user: account.user })
      else done(refusal(535, '5.7.8 Authentication credentials invalid'))
    },
    onRcptTo({ address }, _session, done) {
      const name = address.slice(0, address.indexOf('@')).toLowerCase()
      if (name === 'unknown' || name === 'full' || name === 'elsewhere') {
        const { code, text } = refusals[name]
        return done(refusal(code, text))
      }
      if (name === 'grey' && !greeted.has(address)) {
        greeted.add(address)
        return done(refusal(451, '4.7.1 Greylisted, please come back later'))
      }
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const mail = readMail(Buffer.concat(chunks).toString())
        const isSpam = /spam/i.test(mail.headers['subject'] ?? '')
        const refused = stream.sizeExceeded
          ? refusal(552, '5.3.4 The message is larger than 1 MB')
          : isSpam
            ? refusal(554, '5.7.1 Looks like spam')
            : undefined
        const queued = `2.0.0 Ok: queued as SANDBOX${arrived.length + 1}`
        const to = session.envelope.rcptTo.map(({ address }) => address)
        arrived.push({
          at: now().toISOString(),
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to,
          ...mail,
          reply: refused ? `${refused.responseCode} ${refused.message}` : `250 ${queued}`,
        })
        if (arrived.length > keptMax) arrived.shift()
        if (to.some((address) => address.startsWith('hangup@'))) sockets.get(session.remotePort)?.destroy()
        else done(refused, queued)
      })
    },
  })
  smtp.server.on('connection', (socket) => {
    const { remotePort } = socket
    sockets.set(remotePort, socket)
    socket.once('close', () => sockets.delete(remotePort))
  })
  // Clients that go away in the middle of a sentence are their own affair.
  smtp.on('error', () => {})
  return {
    name: 'Mail server',
    answer: () => ({
      status: 404,
      json: { error: 'Mail comes by SMTP. This is only the page that shows it.' },
    }),
    state: () => ({ mails: arrived }),
    show: () => `${help}${arrived.toReversed().map(shownMail).join('\n')}`,
    reset: () => {
      arrived.length = 0
      greeted.clear()
    },
    beside: {
      server: smtp.server,
      close: () => new Promise((resolve) => smtp.close(() => resolve())),
    },
  }
}

const help = `<p>Mail comes by SMTP and goes no further. Refused are: a wrong password, <code>unknown@…</code>,
<code>full@…</code>, <code>elsewhere@…</code>, the first mail to <code>grey@…</code>, more than 1 MB, and “spam” in the
subject. After a mail to <code>hangup@…</code> the server breaks off without an answer.</p>`

function refusal(responseCode: number, text: string): Error & { responseCode: number } {
  return Object.assign(new Error(text), { responseCode })
}

/** The HTML of a mail runs no script and loads nothing: it is shown in a frame that may do neither. */
function shownMail({ at, from, to, headers, text, html, reply }: Arrived): string {
  const times = `<p>${at.slice(11, 19)} UTC, ${escapeHtml(from)} to ${escapeHtml(to.join(', '))}: <b>${escapeHtml(reply)}</b></p>`
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const frame = html
    ? `<iframe sandbox="" title="The mail as HTML" style="width:100%;height:18rem;border:1px solid #ccc" srcdoc="${escapeHtml(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">${html}`)}"></iframe>`
    : ''
  return `<article><h2>${escapeHtml(headers['subject'] ?? '')}</h2>${times}${frame}
<pre>${escapeHtml(text ?? '')}</pre><details><summary>Headers</summary><pre>${escapeHtml(head.join('\n'))}</pre></details></article>`
}
