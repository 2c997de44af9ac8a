import { createProgram } from './command-line/create-program.ts'
import { runCommand } from './command-line/run-command.ts'
import { wholeNumber } from './command-line/whole-number.ts'
import { runCrashTest } from './crash-test/run-crash-test.ts'
import type { CrashReport } from './crash-test/run-crash-test.ts'

const program = createProgram('crash-test')
  .description('Kills the hub again and again at full load, and checks that every promise still holds.')
  .option('--rounds <number>', 'how many kills', within('--rounds', 1, 100_000), 50)
  .option('--quick', 'ten rounds')
  .option('--store', 'the store runs in a process of its own and is killed instead of the hub, or with it')
  .option('--two', 'two hubs share one store, and either is killed')
  .option('--outage', 'the receiver is down for a third of the rounds')
  .option('--connections <number>', 'senders at the same time', within('--connections', 1, 1_000), 16)
  .option('--people <number>', 'contacts whose events are sent', within('--people', 1, 100_000), 200)
  .option(
    '--seed <number>',
    'repeats the moments of an earlier run',
    within('--seed', 0, 4_294_967_295),
    Date.now() % 1_000_000,
  )
  .option('--keep', 'keep the data folder, also where every promise held')

const startedAt = performance.now()

await runCommand(program.helpInformation(), async () => {
  const given = program.parse().opts<{
    rounds: number
    quick?: true
    store?: true
    two?: true
    outage?: true
    connections: number
    people: number
    seed: number
    keep?: true
  }>()
  console.log(`seed ${given.seed}`)
  const report = await runCrashTest({
    ...given,
    rounds: given.quick ? 10 : given.rounds,
    liveMsMax: 3_000,
    drainMsMax: 600_000,
    onProgress: (line) => console.log(`${seconds()} s  ${line}`),
  })
  print(report, given.keep ?? false)
  process.exit(report.broken.length > 0 ? 1 : 0)
})

function print({ broken, dir, receipts, deliveries, ...counts }: CrashReport, isKept: boolean): void {
  const states = (each: Record<string, number>) =>
    Object.entries(each)
      .map(([state, count]) => `${state} ${count}`)
      .join(', ')
  console.table({
    'events acknowledged': counts.acknowledged,
    'effects at the receiver': counts.effects,
    'requests sent again with the same key': counts.sentAgain,
    'kills of a hub': counts.hubKills,
    'kills of the store': counts.storeKills,
    'slowest start, ms': counts.slowestStartMs,
    'partitions of each hub': counts.shares.join(', '),
    receipts: states(receipts),
    deliveries: states(deliveries),
    seconds: seconds(),
  })
  if (isKept || broken.length > 0) console.log(`Kept ${dir}`)
  for (const { promise, ids } of broken) {
    console.log(`BROKEN: ${promise} (${ids.length})`)
    for (const id of ids.slice(0, 20)) console.log(`    ${id}`)
  }
  console.log(broken.length === 0 ? 'Every promise held.' : `${broken.length} promises were broken.`)
}

function seconds(): number {
  return Math.round((performance.now() - startedAt) / 1000)
}

/** Reads the number that is given for an option. */
function within(option: string, min: number, max: number): (text: string) => number {
  return (text) => wholeNumber(option, text, { min, max })
}
