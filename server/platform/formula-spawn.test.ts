import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { confinement } from './formula-spawn.ts'

/** What would happen if a formula found a way out of JSONata: run where formulas run, with the same options. */
function escaped(script: string): string {
  return execFileSync(process.execPath, [...confinement(64), '--input-type=module', '--eval', script], {
    env: { TZ: 'UTC' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

const attempt = (code: string): string =>
  escaped(`
    const denied = (error) => console.log(error.code ?? error.name)
    try { ${code} } catch (error) { denied(error) }
  `)

describe('whatever gets out of a formula', () => {
  it.each([
    ['read files', `await (await import('node:fs/promises')).readFile('/etc/hostname')`, 'ERR_ACCESS_DENIED'],
    [
      'read the project',
      `await (await import('node:fs/promises')).readFile('${import.meta.dirname}/../../package.json')`,
      'ERR_ACCESS_DENIED',
    ],
    [
      'write files',
      `await (await import('node:fs/promises')).writeFile('/tmp/formula-was-here', '')`,
      'ERR_ACCESS_DENIED',
    ],
    [
      'reach the network',
      `const { connect } = await import('node:net'); await new Promise((_, reject) => connect(9, '127.0.0.1').on('error', reject))`,
      'ERR_ACCESS_DENIED',
    ],
    ['start programs', `(await import('node:child_process')).execFileSync('true')`, 'ERR_ACCESS_DENIED'],
    [
      'start threads',
      `new (await import('node:worker_threads')).Worker('', { eval: true })`,
      'ERR_ACCESS_DENIED',
    ],
    ['make code from text', `new Function('return 1')`, 'EvalError'],
  ])('cannot %s', (_what, code, outcome) => {
    expect(attempt(code)).toBe(outcome)
  })

  it('finds no secrets in the environment', () => {
    expect(JSON.parse(escaped('console.log(JSON.stringify(Object.keys(process.env)))'))).toEqual(['TZ'])
  })

  it('cannot keep the processor busy with one regular expression', () => {
    expect(escaped(`console.log(/^(a+)+$/.test('a'.repeat(60) + '!'))`)).toBe('false')
  })
})
