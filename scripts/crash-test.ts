import { Command } from 'commander'
import { runCrashTest } from './crash-test/run-crash-test.ts'
import type { CrashReport } from './crash-test/run-crash-test.ts'

const program = new Command('crash-test')
  .description('Kills the hub again and again at full load, and checks that every promise still holds.')
  .option('--rounds <number>', 'how many kills', '50')
  .option('--quick', 'ten rounds')
  .option('--store', 'the store runs in a process of its own and is killed instead of the hub, or with it')
  .option('--two', 'two hubs share one store, and either is killed')
  .option('--outage', 'the receiver is down for a third of the rounds')
  .option('--connections <number>', 'senders at the same time', '16')
  .option('--people <number>', 'contacts whose events are sent', '200')
  .option('--seed <number>', 'repeats the moments of an earlier run', String(Date.now() % 1_000_000))
  .option('--keep', 'keep the data folder')
  .parse()

const given = program.opts<{
  rounds: string
  quick?: true
  store?: true
  two?: true
  outage?: true
  connections: string
  people: string
  seed: string
  keep?: true
}>()
const startedAt = performance.now()
console.log(`seed ${given.seed}`)
const report = await runCrashTest({
  ...given,
  rounds: given.quick ? 10 : Number(given.rounds),
  connections: Number(given.connections),
  people: Number(given.people),
  seed: Number(given.seed),
  liveMsMax: 3_000,
  drainMsMax: 600_000,
  onProgress: (line) => console.log(`${seconds()} s  ${line}`),
})
print(report)
process.exit(report.broken.length > 0 ? 1 : 0)

function print({ broken, dir, receipts, deliveries, ...counts }: CrashReport): void {
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
  if (given.keep) console.log(`Kept ${dir}`)
  for (const { promise, ids } of broken) {
    console.log(`BROKEN: ${promise} (${ids.length})`)
    for (const id of ids.slice(0, 20)) console.log(`    ${id}`)
  }
  console.log(broken.length === 0 ? 'Every promise held.' : `${broken.length} promises were broken.`)
}

function seconds(): number {
  return Math.round((performance.now() - startedAt) / 1000)
}
