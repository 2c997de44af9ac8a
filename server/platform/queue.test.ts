import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Collection } from 'mongodb'
import { expect, it, vi } from 'vitest'
import { createLogger } from './logger.ts'
import { openDatabase } from './mongo.ts'
import { createQueue } from './queue.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

it('tells what it could not give back to a database that has gone, and lets the process live', async () => {
  const dir = makeDataDir()
  const lines: string[] = []
  const log = createLogger({ level: 'warn', destination: { write: (line: string) => lines.push(line) } })
  const failures: unknown[] = []
  const note = (err: unknown) => failures.push(err)
  process.on('unhandledRejection', note)
  const database = await openDatabase({ mongoUrl: undefined, dataDir: dir })
  try {
    const queue = createQueue(database.connection, 'prc_test', log)
    await queue.every('daily', 86_400_000, async () => {})
    // Locked by somebody who died, and not due for long: it is taken up, and has to be given back.
    const [longAgo, later] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)]
    await database.connection
      .collection('agenda_jobs')
      .updateMany({}, { $set: { lockedAt: longAgo, nextRunAt: later } })
    vi.spyOn(Collection.prototype, 'updateOne').mockRejectedValue(new Error('the database has gone'))
    await queue.start()
    await expect.poll(() => lines.join(''), { timeout: 20_000 }).toContain('"job":"daily"')
    expect(lines[0]).toContain('the database has gone')
    await sleep(0)
    expect(failures).toEqual([])
    await queue.stop()
  } finally {
    vi.restoreAllMocks()
    process.off('unhandledRejection', note)
    await database.close()
    rmSync(dir, { recursive: true, force: true })
  }
})
