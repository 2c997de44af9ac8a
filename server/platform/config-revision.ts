import type { Connection } from 'mongoose'

/**
 * Tells every process that connections, flows or mappings changed, so that what it holds in memory is read again.
 * The process that made the change knows at once, the others within a fifth of a second.
 */
export interface ConfigRevision {
  bump(): Promise<void>
  onChange(listener: () => void): void
  stop(): void
}

const POLL_MS = 200

export function createConfigRevision(connection: Connection, exclusive: boolean): ConfigRevision {
  const revisions = connection.collection<{ _id: string; next: number }>('counters')
  const listeners: (() => void)[] = []
  let known: number | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function tell(): void {
    for (const listener of listeners) listener()
  }

  async function poll(): Promise<void> {
    const row = await revisions.findOne({ _id: 'config' })
    const value = row?.next ?? 0
    if (known !== undefined && value !== known) tell()
    known = value
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(() => {
      // While the database is away nothing can have changed that this process would be told of.
      void poll()
        .catch(() => undefined)
        .finally(schedule)
    }, POLL_MS)
    timer.unref()
  }
  if (!exclusive) schedule()

  return {
    async bump() {
      await revisions.updateOne({ _id: 'config' }, { $inc: { next: 1 } }, { upsert: true })
      tell()
    },
    onChange: (listener) => void listeners.push(listener),
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
