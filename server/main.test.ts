import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { generateSecretKey } from './platform/vault.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'switchyard-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** Starts the hub as `npm start` does; its exit code, and what it said to whoever started it. */
function startHub(
  settings: Record<string, string>,
  ...options: string[]
): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], SWITCHYARD_DATA_DIR: dataDir, SWITCHYARD_LOG_LEVEL: 'silent' }
    const hub = spawn(process.execPath, ['server/start.mjs', ...options], { env: { ...env, ...settings } })
    let said = ''
    hub.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    hub.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    hub.on('close', (code) => resolve({ code, said }))
  })
}

it('ends a start on a port that is taken, and says how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address ? address.port : 0

  const { code, said } = await startHub({ PORT: String(port) })
  other.close()

  expect(said).toContain(`Port ${port} on 127.0.0.1 is taken, perhaps by a hub that was started before.`)
  expect(said).toContain(`PORT=${port + 1} npm start`)
  expect(said).not.toContain('    at ')
  expect(code).toBe(1)
})

it('ends a start with the key of another folder, instead of waiting with the store open', async () => {
  await startHub({
    PORT: '0',
    HOST: '192.0.2.1',
    SWITCHYARD_SECRET_KEY: generateSecretKey(),
  })

  const { code, said } = await startHub({
    PORT: '0',
    SWITCHYARD_SECRET_KEY: generateSecretKey(),
  })

  expect(said).toContain('is not the one this database is sealed with')
  expect(code).toBe(1)
})

it.each([
  ['an option that there is not', {}, ['--port', '5000'], 'There is no option --port'],
  [
    'a half of the hub with no database to share',
    { SWITCHYARD_ROLE: 'api' },
    [],
    'SWITCHYARD_ROLE=api needs MONGO_URL',
  ],
  [
    'a database that cannot be used',
    { MONGO_URL: 'mongodb://', SWITCHYARD_SECRET_KEY: generateSecretKey(), SWITCHYARD_LOG_LEVL: 'debug' },
    [],
    'SWITCHYARD_LOG_LEVL is no setting of the hub, and does nothing. See npm start -- --help.\nThe database cannot be used',
  ],
])('ends a start with %s in a sentence, not in a stack', async (_what, settings, options, sentence) => {
  const { code, said } = await startHub({ PORT: '0', ...settings }, ...options)
  expect(said).toContain(sentence)
  expect(said).not.toContain('    at ')
  expect(code).toBe(1)
})
