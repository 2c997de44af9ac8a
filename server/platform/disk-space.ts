import { statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Below this the hub takes in nothing more and starts no attempt, so that no effect goes unrecorded. */
const bytesFreeMinDefault = 200 * 1024 * 1024
/** 200 MB are not used up within a second by anything that the hub does. */
const everyMs = 1_000

export interface DiskSpace {
  /** Whether there is room, as of at most a second ago. */
  hasRoom(): boolean
  /** Looks again at once. */
  check(): void
  stop(): void
}

export interface DiskSpaceOptions {
  bytesFreeMin?: number
  bytesFree?: (folder: string) => number
}

/** Watches the file system that holds the folder, or will hold it once it is made. */
export function watchDiskSpace(folder: string, options: DiskSpaceOptions = {}): DiskSpace {
  const { bytesFreeMin = bytesFreeMinDefault, bytesFree = bytesFreeIn } = options
  let hasRoom = true
  const check = () => {
    hasRoom = bytesFree(folder) >= bytesFreeMin
  }
  check()
  const timer = setInterval(() => {
    try {
      check()
    } catch {
      // A file system that cannot even be asked is not one to acknowledge anything on.
      hasRoom = false
    }
  }, everyMs)
  timer.unref()
  return { hasRoom: () => hasRoom, check, stop: () => clearInterval(timer) }
}

/** What a process without special rights may still write. */
function bytesFreeIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch (error) {
    const parent = dirname(resolve(folder))
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing || parent === resolve(folder)) throw error
    return bytesFreeIn(parent)
  }
}
