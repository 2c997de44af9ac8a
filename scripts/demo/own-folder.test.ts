import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeOwnFolder } from './own-folder.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'switchyard-')), 'demo')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

it('takes away what an earlier demo left', () => {
  makeOwnFolder(folder)
  writeFileSync(join(folder, 'store'), 'of yesterday')
  makeOwnFolder(folder)
  expect(existsSync(join(folder, 'store'))).toBe(false)
})

it('does not touch a folder that holds anything else', () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'store'), 'of a real hub')
  expect(() => makeOwnFolder(folder)).toThrow('Move it away')
  expect(existsSync(join(folder, 'store'))).toBe(true)
})
