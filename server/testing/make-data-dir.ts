import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux keeps this folder in memory. */
const inMemory = '/dev/shm'
const roomBytesMin = 2 * 1024 ** 3

/**
 * A new folder for what a test stores, in memory where there is room: a write that waits for a disk is most of what a
 * small test takes. What a killed process has written is there afterwards in either place.
 */
export function makeDataDir(): string {
  return mkdtempSync(join(hasRoom(inMemory) ? inMemory : tmpdir(), 'switchyard-'))
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= roomBytesMin
}
