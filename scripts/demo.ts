import { createWriteStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand } from './command-line/run-command.ts'
import { ports, wholeNumber } from './command-line/whole-number.ts'
import { sightsOf } from './demo/sights.ts'
import { startDemo } from './demo/start-demo.ts'
import { trickle } from './demo/trickle.ts'

const usage = `npm run demo -- [options]

Starts a hub that a small company has used for thirty days, with stand-ins of its tools on 127.0.0.1: connections, recipes
that run, people, events, and what went wrong. Nothing leaves this machine, and each start makes all of it anew.

  --port <port>   default 4000
  --days <days>   how long it has been in use; default 30`

/** Beside the data of a real hub, and apart from it. */
const folder = resolve(import.meta.dirname, '../data/demo')

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4000' },
      days: { type: 'string', default: '30' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return console.log(usage)
  const port = wholeNumber('--port', values.port, ports)
  const days = wholeNumber('--days', values.days, { min: 1, max: 365 })
  console.log(
    `Making ${days === 1 ? 'a day' : `${days} days`} of a company that does not exist. It takes half a minute or so.`,
  )
  const logFile = join(folder, 'hub.log')
  const demo = await startDemo({
    dataDir: folder,
    port,
    days,
    share: days / 30,
    onDay: sayDay,
    logTo: () => createWriteStream(logFile),
  })
  for (const line of ['', ...(await sightsOf(demo)), `Its log: ${logFile}`]) console.log(line)

  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  await trickle(demo.feed, demo.clock.now, stopping.signal)
  await demo.close()
  // What waits for its hour in the job library would keep the process for minutes.
  process.exit()
}

/** One line that changes on a screen; every tenth day in a file. */
function sayDay(day: number, days: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r  day ${day} of ${days} `)
  else if (day % 10 === 0) console.log(`  day ${day} of ${days}`)
}

await runCommand(usage, main)
