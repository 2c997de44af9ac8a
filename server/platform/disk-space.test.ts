import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { watchDiskSpace } from './disk-space.ts'
import type { DiskSpaceOptions } from './disk-space.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function watch(folder: string, options: DiskSpaceOptions) {
  const disk = watchDiskSpace(folder, options)
  stops.push(disk.stop)
  return disk
}

it('has no room below 200 MB, and has room again when some is made', () => {
  let bytesFree = 300 * 1024 * 1024
  const disk = watch('/data', { bytesFree: () => bytesFree })
  expect(disk.hasRoom()).toBe(true)
  bytesFree = 200 * 1024 * 1024 - 1
  disk.check()
  expect(disk.hasRoom()).toBe(false)
  bytesFree++
  disk.check()
  expect(disk.hasRoom()).toBe(true)
})

it('asks the real disk, also for a folder that is yet to be made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'disk-space-'))
  stops.push(() => rmSync(folder, { recursive: true }))
  expect(watch(join(folder, 'not', 'yet'), { bytesFreeMin: 1 }).hasRoom()).toBe(true)
  expect(watch(folder, { bytesFreeMin: Number.MAX_SAFE_INTEGER }).hasRoom()).toBe(false)
})
