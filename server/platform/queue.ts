import { MongoBackend } from '@agendajs/mongo-backend'
import { Agenda } from 'agenda'
import type { Connection } from 'mongoose'
import type { Logger } from './logger.ts'

/** Recurring work. One job of a name exists at a time, whichever processes are running. */
export interface Queue {
  /** Carries `work` out every `everyMs`; safe to run twice, and no longer than half of `lockMs`. */
  every(name: string, everyMs: number, work: () => Promise<void>, lockMs?: number): Promise<void>
  start(): Promise<void>
  /** Removes jobs of processes that ended without saying so. */
  removeLeftovers(): Promise<void>
  /** How late each job is that is due and not under way, in seconds; jobs of single processes without their id. */
  overdue(): Promise<{ job: string; seconds: number }[]>
  /** Waits for what is under way. Jobs that only this process knew are removed. */
  stop(): Promise<void>
}

const COLLECTION = 'agenda_jobs'
/** Each time Agenda asks the database once for every job there is. */
const PROCESS_EVERY_MS = 2_000
const LOCK_MS = 60_000
/** A job of one process that has been due for so long has nobody to run it. */
const LEFTOVER_MS = 10 * 60_000

/**
 * Agenda over the hub's own database connection. It carries what repeats; work that waits for its hour is a row with a
 * due time and not a job, so there is a fixed handful of jobs.
 */
export function createQueue(connection: Connection, processId: string, log: Logger): Queue {
  const database = connection.db
  if (!database) throw new Error('The queue needs an open database connection.')
  const backend = new MongoBackend({ mongo: database, collection: COLLECTION, ensureIndex: false })
  const { repository } = backend
  const unlock = repository.unlockJob.bind(repository)
  // Agenda waits for no answer to this, also where it comes too late for the connection. A job that stays locked is free
  // again when its lock runs out.
  repository.unlockJob = (job) =>
    unlock(job).catch((err: unknown) => {
      if (!stopped) log.warn({ stage: 'queue.failed', job: job.name, err })
    })
  const agenda = new Agenda({
    backend,
    name: processId,
    processEvery: PROCESS_EVERY_MS,
    maxConcurrency: 20,
    defaultConcurrency: 1,
    defaultLockLimit: 1,
    defaultLockLifetime: LOCK_MS,
  })
  agenda.on('error', (err: unknown) => log.warn({ stage: 'queue.failed', err }))
  const own: string[] = []
  let stopped = false

  return {
    async every(name, everyMs, work, lockMs = LOCK_MS) {
      agenda.define(
        name,
        // Agenda takes a function with a second parameter for one that says by itself when it has finished.
        (_job, done) => {
          void work()
            // The next round comes by itself; a job that fails must not be taken off the schedule.
            .catch((err: unknown) => log.error({ stage: 'job.failed', job: name, err }))
            .finally(done)
        },
        { concurrency: 1, lockLimit: 1, lockLifetime: lockMs },
      )
      await agenda.every(everyMs, name)
      if (name.includes(processId)) own.push(name)
    },
    start: () => agenda.start(),
    async removeLeftovers() {
      const longAgo = new Date(Date.now() - LEFTOVER_MS)
      await database.collection(COLLECTION).deleteMany({ name: /:prc_/, nextRunAt: { $lt: longAgo } })
    },
    async overdue() {
      const at = Date.now()
      const rows = await database
        .collection<{ name: string; nextRunAt?: Date; lockedAt?: Date | null }>(COLLECTION)
        .find({}, { projection: { name: 1, nextRunAt: 1, lockedAt: 1 } })
        .toArray()
      const latest = new Map<string, number>()
      for (const { name, nextRunAt, lockedAt } of rows) {
        const job = name.split(':')[0] ?? name
        const lateMs = nextRunAt && !lockedAt ? Math.max(0, at - nextRunAt.getTime()) : 0
        latest.set(job, Math.max(latest.get(job) ?? 0, lateMs / 1_000))
      }
      return [...latest].map(([job, seconds]) => ({ job, seconds }))
    },
    async stop() {
      stopped = true
      await agenda.stop()
      if (own.length > 0) await agenda.cancel({ names: own })
    },
  }
}

/** Two processes that start at once would otherwise create the same recurring job twice. */
export async function ensureQueueIndexes(connection: Connection): Promise<void> {
  await connection.collection(COLLECTION).createIndexes([
    { key: { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1, disabled: 1 } },
    { key: { name: 1, lockedAt: 1, nextRunAt: 1, priority: -1 } },
    {
      key: { name: 1 },
      unique: true,
      partialFilterExpression: { type: 'single' },
      name: 'one_of_each',
    },
  ])
}
