import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { check } from './check.ts'
import { runCommand } from './command-line/run-command.ts'

const usage = `npm test -- [text …]

Checks and tests everything; with a text, such as server/flows, only the tests whose path holds it.`

/** Runs the tests whose path holds one of `filters`, all of them without; counts tests, and whatever broke outside one. */
async function test(filters: string[]): Promise<{ passed: number; failed: number; skipped: number }> {
  const vitest = await startVitest('test', filters, {
    root: resolve(import.meta.dirname, '..'),
    watch: false,
  })
  const count = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0 }
  for (const module of vitest.state.getTestModules()) {
    // A file that does not even load, or a group whose preparation fails, has no failed test to count.
    count.failed += module.errors().length
    for (const group of module.children.allSuites()) count.failed += group.errors().length
    for (const { state } of [...module.children.allTests()].map((each) => each.result())) {
      if (state === 'passed') count.passed++
      else if (state === 'skipped') count.skipped++
      else count.failed++ // 'pending' as well: it was begun and never ended
    }
  }
  await vitest.close()
  return count
}

await runCommand(usage, async () => {
  const { values, positionals: filters } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  })
  if (values.help) return console.log(usage)
  const checks = filters.length > 0 ? { passed: 0, failed: 0 } : await check()
  const tests = await test(filters)
  const passed = checks.passed + tests.passed
  const failed = checks.failed + tests.failed

  console.log(`${passed} passed, ${failed} failed, ${tests.skipped} skipped`)
  // A handle that a test left open must not keep the run from ending; its failure, if it is one, is counted above.
  // vitest's own verdict stands beside the counts, in case it knows of a failure that they do not.
  process.exit(failed > 0 || passed === 0 || process.exitCode ? 1 : 0)
})
