import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockFolder } from '../../server/embedded-store/folder-lock.ts'
import { storeFolder } from '../../server/platform/store-folder.ts'
import { makeOwnFolder } from './own-folder.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'switchyard-')), 'demo')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

it('takes away what an earlier demo left', () => {
  makeOwnFolder(folder)
  writeFileSync(join(folder, 'hub.log'), 'of yesterday')
  makeOwnFolder(folder)
  expect(existsSync(join(folder, 'hub.log'))).toBe(false)
})

it('does not touch a folder that holds anything else', () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'store'), 'of a real hub')
  expect(() => makeOwnFolder(folder)).toThrow('Move it away')
  expect(existsSync(join(folder, 'store'))).toBe(true)
})

it('leaves the store of a demo that is running alone, and says what to do', () => {
  makeOwnFolder(folder)
  const running = lockFolder(storeFolder(folder))
  try {
    expect(() => makeOwnFolder(folder)).toThrow('Use that one, or stop it and start again.')
    expect(existsSync(storeFolder(folder))).toBe(true)
  } finally {
    running.release()
  }
  makeOwnFolder(folder)
  expect(existsSync(storeFolder(folder))).toBe(false)
})
