import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrowser } from '../web/testing/browser.ts'
import { Mistyped } from './command-line/mistyped.ts'
import { runCommand } from './command-line/run-command.ts'
import { wholeNumber } from './command-line/whole-number.ts'
import { startDemo } from './demo/start-demo.ts'
import { photograph } from './screenshots/photograph.ts'
import { placesOf } from './screenshots/places.ts'

const usage = `npm run screenshots -- <folder> [options]

Starts the demo, photographs every page (light and dark, 1440 and 320 pixels wide) into the folder, and says what the
browser complained about, what axe found, and which pages are wider than their window. It takes about ten minutes.

  --only <text>   only places whose name holds it, such as connection
  --days <days>   how old the demo is; default 30`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', default: '' },
      days: { type: 'string', default: '30' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return console.log(usage)
  const [given, ...more] = positionals
  if (given === undefined || more.length > 0)
    throw new Mistyped(`One folder is needed, and got ${positionals.join(', ') || 'none'}.`)
  const days = wholeNumber('--days', values.days, { min: 1, max: 365 })
  const folder = resolve(given)
  mkdirSync(folder, { recursive: true })
  const dataDir = mkdtempSync(join(tmpdir(), 'switchyard-'))
  const demo = await startDemo({
    dataDir,
    port: 0,
    days,
    share: days / 30,
    logTo: () => createWriteStream(join(dataDir, 'hub.log')),
  })
  const browser = await openBrowser()
  const places = (await placesOf(demo)).filter(({ name }) => name.includes(values.only))
  const findings = await photograph(demo, places, browser, folder, (name) => console.log(`  ${name}`))
  for (const finding of findings) console.log(finding)
  console.log(`${places.length} pages, four looks each, in ${folder}. ${findings.length} findings.`)
  await browser.close()
  await demo.close()
  rmSync(dataDir, { recursive: true, force: true })
  // What waits for its hour in the job library would keep the process for minutes.
  process.exit()
}

await runCommand(usage, main)
