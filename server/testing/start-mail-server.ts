import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'

/** A message as the server got it. */
export interface ReceivedMail {
  from: string
  to: string[]
  /** Headers first, as it came over the wire. */
  raw: string
  user: string | undefined
  secure: boolean
}

/** A mail server on this machine. */
export interface TestMailServer {
  host: string
  port: number
  /** `127.0.0.1/32:port`, for SWITCHYARD_ALLOW_NETWORKS. */
  network: string
  received: ReceivedMail[]
  /** From now on it breaks off when it has got a message, instead of answering. */
  hangUpAfterDot: (does: boolean) => void
  /** How many connections it has seen. */
  connections: () => number
  close: () => Promise<void>
}

/** Takes everybody's mail, signed in as `user` with `password` or not at all, unless `options` say otherwise. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<TestMailServer> {
  const received: ReceivedMail[] = []
  const sockets = new Map<number | undefined, Socket>()
  let hangsUp = false
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 200,
    logger: false,
    onConnect(_session, done) {
      connections++
      done()
    },
    onAuth({ method, username, password, validatePassword }, _session, done) {
      const isRight = method === 'CRAM-MD5' ? validatePassword('correct-horse') : password === 'correct-horse'
      if (username === 'hub@example.org' && isRight) done(null, { user: username })
      else done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          user: session.user,
          secure: session.secure,
        })
        if (hangsUp) sockets.get(session.remotePort)?.destroy()
        else done(null, 'Queued as 4711')
      })
    },
    ...options,
  })
  server.server.on('connection', (socket) => {
    const { remotePort } = socket
    sockets.set(remotePort, socket)
    socket.once('close', () => sockets.delete(remotePort))
  })
  // A client that goes away in the middle is the point of some tests.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    network: `127.0.0.1/32:${port}`,
    received,
    hangUpAfterDot: (does) => {
      hangsUp = does
    },
    connections: () => connections,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
