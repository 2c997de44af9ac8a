import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { runCommand } from './command-line/run-command.ts'
import { printPageTypes } from './print-page-types.ts'

/** One thing that can be wrong with the project without a test noticing. */
interface Step {
  name: string
  /** Arguments of `node`; the programs are started by path, so that nothing depends on what is installed globally. */
  args: string[]
  /** What to do when it fails, where its own output does not already say so. */
  remedy?: string
}

const root = resolve(import.meta.dirname, '..')
const bin = (path: string) => `node_modules/${path}`

/** The longest first: two run at a time, and the last one should not be waited for alone. */
const steps: Step[] = [
  { name: 'lint', args: [bin('oxlint/bin/oxlint')] },
  {
    name: 'format',
    args: [
      bin('prettier/bin/prettier.cjs'),
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.cache/prettier',
      '.',
    ],
    remedy: 'npx prettier --write . puts it right.',
  },
  { name: 'architecture', args: ['scripts/check-architecture.ts'] },
  { name: 'unused code', args: [bin('knip/bin/knip.js'), '--no-progress'] },
  // Version 7 checks in a fraction of the time; `typescript` itself stays at 6, the last with an interface for tools.
  {
    name: 'types',
    args: [bin('typescript-7/bin/tsc'), '-p', 'tsconfig.json', '--singleThreaded', '--pretty', 'false'],
  },
  {
    name: 'types of the page',
    args: [bin('typescript-7/bin/tsc'), '-p', 'web/tsconfig.json', '--pretty', 'false'],
  },
  {
    name: 'texts of the page',
    args: ['scripts/check-texts.ts'],
  },
  {
    name: 'schema',
    args: ['scripts/print-schema.ts', '--check'],
    remedy: 'npm run print-schema prints it anew.',
  },
  { name: 'licences', args: ['scripts/check-licences.ts'] },
]

/** Runs one step and prints how it went; resolves to whether it passed. */
async function run({ name, args, remedy }: Step): Promise<boolean> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((settle, reject) =>
    child.on('error', reject).on('close', settle),
  )

  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)
  const passed = code === 0
  console.log(`${passed ? styleText('green', '  ok  ') : styleText('red', 'FAILED')} ${seconds} s  ${name}`)
  if (!passed) console.log([output.trimEnd(), remedy].filter(Boolean).join('\n').replace(/^/gm, '    '))
  return passed
}

/** Runs every check, two at a time, and prints each with its time. Resolves to how many passed and failed. */
export async function check(): Promise<{ passed: number; failed: number }> {
  // Lint and types both look at the page's queries through them.
  printPageTypes()
  const waiting = steps.filter(
    ({ args: [first = ''] }) => !first.startsWith('scripts/') || existsSync(resolve(root, first)),
  )
  const results: boolean[] = []
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await run(step))
  }
  await Promise.all([work(), work()])
  const passed = results.filter(Boolean).length
  return { passed, failed: results.length - passed }
}

const usage = `npm run check

Looks for what no test would notice: types, lint, format, directions of imports, unused code, texts, schema, licences.`

if (import.meta.main) {
  await runCommand(usage, async () => {
    const { values } = parseArgs({ options: { help: { type: 'boolean' } } })
    if (values.help) return console.log(usage)
    const { failed } = await check()
    process.exitCode = failed > 0 ? 1 : 0
  })
}
