import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEnv } from './env.ts'
import { ownSecrets, SecretFileEmpty, SecretKeyMissing } from './first-start.ts'
import { createHub } from './hub.ts'
import { DataFolderUnusable } from './open-data-folder.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'switchyard-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const nothing = {
  secretKey: undefined,
  adminToken: undefined,
  metricsToken: undefined,
  mongoUrl: undefined,
}

it('makes key and tokens on the first start, readable by their owner alone, and keeps to them afterwards', () => {
  const first = ownSecrets({ ...nothing, dataDir })
  expect(first.made).toHaveLength(3)
  for (const file of first.made) expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(first.made[1]!, 'utf8').trim()).toBe(first.adminToken)

  expect(ownSecrets({ ...nothing, dataDir })).toEqual({ ...first, made: [] })
})

it('makes nothing while a setting cannot be read', async () => {
  const env = readEnv({ SWITCHYARD_DATA_DIR: dataDir, SWITCHYARD_ALLOW_NETWORKS: '10.0.0.1:80-90' })
  await expect(createHub(env)).rejects.toThrow('is not an IP address')
  expect(readdirSync(dataDir)).toEqual([])
})

it('says which folder cannot be used and what to change, not what the system calls it', () => {
  const file = join(dataDir, 'notes.txt')
  writeFileSync(file, '')
  expect(() => ownSecrets({ ...nothing, dataDir: file })).toThrow(DataFolderUnusable)
  expect(() => ownSecrets({ ...nothing, dataDir: join(file, 'data') })).toThrow(
    `The data folder ${join(file, 'data')} cannot be written to`,
  )
})

it('does not invent a key for a database that other processes share', () => {
  expect(() => ownSecrets({ ...nothing, dataDir, mongoUrl: 'mongodb://db/hub' })).toThrow(SecretKeyMissing)
})

it('makes no new key for a store that was made with one, where it would pass for the right one later', () => {
  mkdirSync(join(dataDir, 'store'))
  expect(() => ownSecrets({ ...nothing, dataDir })).toThrow(SecretKeyMissing)
  expect(existsSync(join(dataDir, 'secret-key'))).toBe(false)
})

it('does not take an empty file for a secret', () => {
  for (const name of ['secret-key', 'admin-token', 'metrics-token']) {
    writeFileSync(join(dataDir, name), '\n')
    expect(() => ownSecrets({ ...nothing, dataDir })).toThrow(SecretFileEmpty)
    rmSync(join(dataDir, name))
  }
})

it('takes what the environment says and writes nothing', () => {
  const secrets = ownSecrets({
    dataDir,
    secretKey: 'k'.repeat(44),
    adminToken: 'swy_mine',
    metricsToken: 'swy_metrics',
    mongoUrl: 'mongodb://db/hub',
  })
  expect(secrets).toEqual({
    secretKey: 'k'.repeat(44),
    adminToken: 'swy_mine',
    metricsToken: 'swy_metrics',
    made: [],
  })
})
