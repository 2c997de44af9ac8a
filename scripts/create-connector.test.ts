import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createConnector } from './create-connector.ts'

const here = resolve(import.meta.dirname, '..')
/** Of no vendor, and not the one that CONTRIBUTING.md gives as an example: somebody may just have made that one. */
const id = 'lamp-shop'
const name = 'Lamp Shop'
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'create-connector-'))
  cpSync(join(here, 'connectors'), join(root, 'connectors'), { recursive: true })
  cpSync(join(here, '.prettierrc.json'), join(root, '.prettierrc.json'))
  const { imports }: { imports: unknown } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', imports }))
  symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'))
})
afterEach(() => rmSync(root, { recursive: true }))

describe('a new connector', () => {
  it('keeps the contract and is in the registry at once', () => {
    createConnector(root, { id, name })
    const vitest = join(here, 'node_modules', 'vitest', 'vitest.mjs')
    const report = execFileSync(
      process.execPath,
      [vitest, 'run', '--root', root, '--reporter=json', `connectors/${id}`, 'connectors/registry'],
      { cwd: root, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: process.env.HOME } },
    )
    const { success, numPassedTests }: { success: boolean; numPassedTests: number } = JSON.parse(
      report.slice(report.indexOf('{')),
    )
    expect(success).toBe(true)
    expect(numPassedTests).toBeGreaterThan(20)
  })

  it('is written as the checks want it', () => {
    const { folder } = createConnector(root, { id, name })
    const prettier = join(here, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
    const files = [folder, join(root, 'connectors', 'registry.ts')]
    const check = () =>
      execFileSync(process.execPath, [prettier, '--check', ...files], { cwd: root, stdio: 'pipe' })
    expect(check).not.toThrow()
  })

  it('carries nothing of the template’s name', () => {
    const { folder } = createConnector(root, { id, name })
    const text = ['index.ts', 'SETUP.md', 'logo.svg', `${id}.test.ts`]
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join()
    expect(text).not.toMatch(/newcomer/i)
    expect(text).toContain('import lampShop from')
  })

  it.each(['Mail', '../sdk', '2mail', 'mail_tool', 'mail--tool', ''])('cannot be called %s', (id) => {
    expect(() => createConnector(root, { id, name: 'X' })).toThrow('cannot be an id')
  })

  it.each([
    'new',
    'await',
    'let',
    'arguments',
    'undefined',
    'constructor',
    'to-string',
    'registry',
    'all',
    'connectors',
    'connector-contract',
  ])('cannot be called %s, which means something else in code, and nothing is written', (id) => {
    const before = readFileSync(join(root, 'connectors', 'registry.ts'), 'utf8')
    expect(() => createConnector(root, { id, name: 'X' })).toThrow(`such as ${id}-tool`)
    expect(existsSync(join(root, 'connectors', id))).toBe(false)
    expect(readFileSync(join(root, 'connectors', 'registry.ts'), 'utf8')).toBe(before)
  })

  it('does not overwrite one that is there', () => {
    expect(() => createConnector(root, { id: 'stripe', name: 'Stripe' })).toThrow('already there')
  })
})
