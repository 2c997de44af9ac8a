import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { Option } from 'commander'
import { phaseNames, runBench } from './bench/run-bench.ts'
import type { PhaseName } from './bench/run-bench.ts'
import { holdsFloor, judged, targets } from './bench/targets.ts'
import type { FigureName } from './bench/targets.ts'
import { createProgram } from './command-line/create-program.ts'
import { runCommand } from './command-line/run-command.ts'

const program = createProgram('bench')
  .description('Measures the whole job on this machine: a signed webhook in, a recorded delivery out.')
  .option('--quick', 'shorter loads, each once; enough to see whether something broke')
  .addOption(new Option('--only <phases...>', 'measure only these').choices(phaseNames))
  .option('--profile', 'run the hub under the profiler and print where its time went')
  .option('--out <folder>', 'where the JSON goes', 'bench-results')

await runCommand(program.helpInformation(), async () => {
  const given = program.parse().opts<{ quick?: true; only?: PhaseName[]; profile?: true; out: string }>()
  // A folder that cannot be made is told now, and not when everything has been measured.
  const out = resolve(given.out)
  mkdirSync(out, { recursive: true })
  const result = await runBench({
    quick: given.quick ?? false,
    only: new Set(given.only ?? phaseNames),
    profile: given.profile ?? false,
    onProgress: (line) => console.log(line),
  })

  const machine = { processor: cpus()[0]?.model, cores: availableParallelism(), node: process.version }
  const date = new Date().toISOString()
  const file = join(out, `${date.replaceAll(':', '-')}.json`)
  writeFileSync(file, `${JSON.stringify({ date, machine, ...result }, null, 1)}\n`)

  for (const line of result.topFunctions) console.log(line)
  const names = Object.keys(targets).filter((name): name is FigureName => name in result.figures)
  const rows = names.map((name) => judged(name, result.figures[name] ?? Number.NaN))
  console.table(rows)
  console.log(`Everything that was measured is in ${file}.`)
  process.exit(names.every((name) => holdsFloor(name, result.figures[name] ?? Number.NaN)) ? 0 : 1)
})
