import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const lockfile = (version: string) =>
  JSON.stringify({
    packages: {
      '': {},
      'node_modules/zod': { version },
      'node_modules/fsevents': { version: '2.0.0', optional: true },
      'node_modules/vitest': { version: '4.0.0', dev: true },
    },
  })

/** Stands in for npm: notes that it was called, and installs what the lockfile names, its own record last. */
const npm = `
const { readFileSync, writeFileSync, appendFileSync, mkdirSync, rmSync } = require('node:fs')
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
if (process.env.REGISTRY === 'down') { console.error('ENOTFOUND'); process.exit(7) }
rmSync('node_modules', { recursive: true, force: true })
mkdirSync('node_modules/.bin', { recursive: true })
writeFileSync('node_modules/.bin/node', '')
writeFileSync('node_modules/.bin/node.cmd', '')
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
delete packages['']
delete packages['node_modules/fsevents']
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }))
`

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'))
  mkdirSync(join(root, 'scripts'))
  cpSync(join(import.meta.dirname, 'install.mjs'), join(root, 'scripts/install.mjs'))
  writeFileSync(join(root, 'package-lock.json'), lockfile('4.0.0'))
  writeFileSync(join(root, 'npm.cjs'), npm)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function install(env: Record<string, string> = {}) {
  const ownNpm = {
    npm_execpath: join(root, 'npm.cjs'),
    npm_node_execpath: process.execPath,
    npm_lifecycle_event: 'pretest',
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/install.mjs'], {
    cwd: root,
    env: { ...process.env, ...ownNpm, ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const calls = () =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []
const record = () => join(root, 'node_modules/.package-lock.json')

it('installs on a bare clone and says so', () => {
  const { status, stdout } = install()
  expect(status).toBe(0)
  expect(stdout).toContain('Installing packages (node_modules is missing)')
  expect(calls()).toEqual([expect.stringMatching(/^ci --include=dev/)])
})

it('is silent when everything is in place', () => {
  install()
  expect(install()).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(calls()).toHaveLength(1)
})

it('installs again when the lockfile names another version', () => {
  install()
  writeFileSync(join(root, 'package-lock.json'), lockfile('4.0.1'))
  expect(install().stdout).toContain('zod should be 4.0.1')
  expect(install().stdout).toBe('')
})

it('recovers from an install that was interrupted', () => {
  install()
  rmSync(record())
  expect(install().stdout).toContain('the last install was not finished')
  expect(install().stdout).toBe('')
})

it('recovers from a record that was cut short', () => {
  install()
  writeFileSync(record(), readFileSync(record(), 'utf8').slice(0, 40))
  expect(install().stdout).toContain('the last install was not finished')
})

it('passes the failure of npm on, and the next run tries again', () => {
  const { status, stderr } = install({ REGISTRY: 'down' })
  expect(status).toBe(7)
  expect(stderr).toContain('Run the same command again')
  expect(install().status).toBe(0)
})

it('starts without development packages where they were left out on purpose', () => {
  install()
  const { packages } = JSON.parse(readFileSync(record(), 'utf8'))
  delete packages['node_modules/vitest']
  writeFileSync(record(), JSON.stringify({ packages }))
  expect(install({ npm_lifecycle_event: 'prestart' }).stdout).toBe('')
  expect(install().stdout).toContain('vitest should be 4.0.0')
})

it('waits for an install that is already under way instead of spoiling it', async () => {
  // npm as another terminal started it: alive until its input ends.
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  mkdirSync(join(root, '.cache'))
  writeFileSync(join(root, '.cache/install.pid'), String(other.pid))
  const second = spawn(process.execPath, ['scripts/install.mjs'], {
    cwd: root,
    env: { ...process.env, npm_execpath: join(root, 'npm.cjs'), npm_node_execpath: process.execPath },
  })
  const said = await new Promise((resolve) =>
    second.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
  expect(said).toContain(`Another install is under way (process ${other.pid})`)
  expect(calls()).toEqual([])

  other.stdin.end()
  await new Promise((resolve) => second.once('exit', resolve))
  expect(calls()).toHaveLength(1)
  expect(dirname(record())).toSatisfy(existsSync)
})
