import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeEnv, EnvError, readEnv, unknownSettings } from './env.ts'
import { greetingOf } from './greeting.ts'
import { CannotListen, listen } from './listen.ts'
import { DataFolderUnusable } from './open-data-folder.ts'
import { DatabaseAway, isDatabaseAway } from './platform/database-away.ts'

/** A slow sender may not hold a connection for ever. */
const REQUEST_MS_MAX = 30_000
const HEADERS_MS_MAX = 10_000
/** How often the two above are looked at. */
const SLOW_SENDERS_EVERY_MS = 5_000
/** What is under way gets this long when the process is asked to end. */
const DRAIN_MS_MAX = 35_000

const [argument] = process.argv.slice(2)
if (argument === '--help' || argument === '-h') {
  console.log(describeEnv())
} else if (argument !== undefined) {
  console.error(
    `There is no option ${argument}: settings come from the environment. See npm start -- --help.`,
  )
  process.exitCode = 1
} else {
  try {
    await run()
  } catch (err) {
    console.error(forReader(err))
    // A store that is open already would keep the process alive, and whoever started it waiting.
    process.exit(1)
  }
}

async function run(): Promise<void> {
  const env = readEnv(process.env)
  for (const name of unknownSettings(process.env)) {
    console.error(`${name} is no setting of the hub, and does nothing. See npm start -- --help.`)
  }
  if (env.role !== 'all' && !env.mongoUrl) throw new EnvError(roleWithoutDatabase(env.role))
  const { createHub } = await import('./hub.ts')
  // The job library leaves promises behind when the database goes away, also while the hub is being made, which then
  // meets that failure by itself.
  let onUnexpected = (err: unknown): void => {
    console.error(err)
    process.exit(1)
  }
  process.on('unhandledRejection', (err) => {
    if (!isDatabaseAway(err)) onUnexpected(err)
  })
  const hub = await createHub(env)
  const { log } = hub.deps
  onUnexpected = (err) => {
    log.error({ stage: 'process.unhandled_rejection', err })
    void end(1)
  }

  const limits = {
    requestTimeout: REQUEST_MS_MAX,
    headersTimeout: HEADERS_MS_MAX,
    connectionsCheckingInterval: SLOW_SENDERS_EVERY_MS,
  }
  const server = createServer(limits, hub.app)
  let ending = false

  async function end(code: number): Promise<void> {
    if (ending) return
    ending = true
    log.info({ stage: 'process.stopping' })
    const tooLong = setTimeout(() => {
      log.error({ stage: 'process.stopped', drained: false })
      process.exit(1)
    }, DRAIN_MS_MAX)
    server.close()
    server.closeIdleConnections()
    const drained = await hub.stop()
    server.closeAllConnections()
    clearTimeout(tooLong)
    log[drained ? 'info' : 'error']({ stage: 'process.stopped', drained })
    process.exit(drained ? code : 1)
  }

  await hub.start()
  process.on('SIGTERM', () => void end(0))
  process.on('SIGINT', () => void end(0))

  collectStart()
  try {
    await listen(server, env)
  } catch (err) {
    console.error(forReader(err))
    return end(1)
  }
  const address = server.address()
  if (isSocketAddress(address)) hub.listensOn(address.port)
  log.info({ stage: 'process.started', role: env.role, store: env.mongoUrl ? 'mongodb' : 'embedded' })
  const url = isSocketAddress(address) ? `http://${env.host}:${address.port}` : ''
  for (const line of greetingOf({ ...hub, ...env, url })) console.log(line)
}

/** Gives back what only starting needed, some 60 MB; V8 would keep it until the heap is full. Nobody is served yet. */
function collectStart(): void {
  globalThis.gc?.({ type: 'major', flavor: 'last-resort' })
}

function roleWithoutDatabase(role: string): string {
  return (
    `SWITCHYARD_ROLE=${role} needs MONGO_URL: the hub’s own store is for one process, which then does everything. ` +
    'Set MONGO_URL, or leave SWITCHYARD_ROLE out.'
  )
}

function isSocketAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

/** Expected reasons not to start say what to do; their stack would only hide it. */
function forReader(err: unknown): unknown {
  if (isDatabaseAway(err)) return new DatabaseAway(err).message
  return isForReader(err) && err.message ? err.message : err
}

function isForReader(err: unknown): err is Error {
  return (
    [EnvError, CannotListen, DataFolderUnusable, DatabaseAway].some((kind) => err instanceof kind) ||
    isPlain(err)
  )
}

/** Failures that were written for the reader: our own classes with nothing but a sentence. */
function isPlain(err: unknown): err is Error {
  return (
    err instanceof Error && err.constructor !== TypeError && err.constructor !== ReferenceError && !err.cause
  )
}
