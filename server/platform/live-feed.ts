/** Something a person may be watching has changed; what exactly is read from the database. */
export interface LiveNews {
  workspaceId: string
  kind: 'receipt' | 'event' | 'delivery'
  id: string
}

/** News of this process, for the live lists of the page. Lossy by design: a slow watcher misses some. */
export interface LiveFeed {
  publish(news: LiveNews): void
  /** Every piece of news of one workspace until the caller stops listening. */
  watch(workspaceId: string): AsyncIterableIterator<LiveNews>
  isWatched(): boolean
  stop(): void
}

/** More than this waits for no watcher; the oldest goes first. */
const BUFFERED_MAX = 1_000

export function createLiveFeed(): LiveFeed {
  const watchers = new Map<string, Set<(news: LiveNews) => void>>()
  return {
    isWatched: () => watchers.size > 0,
    stop: () => undefined,
    publish(news) {
      for (const tell of watchers.get(news.workspaceId) ?? []) tell(news)
    },
    watch(workspaceId) {
      const buffered: LiveNews[] = []
      let wake: (() => void) | undefined
      let over = false
      const tell = (news: LiveNews) => {
        buffered.push(news)
        if (buffered.length > BUFFERED_MAX) buffered.shift()
        wake?.()
      }
      const mine = watchers.get(workspaceId) ?? new Set()
      watchers.set(workspaceId, mine.add(tell))
      return {
        [Symbol.asyncIterator]() {
          return this
        },
        async next() {
          while (buffered.length === 0 && !over) {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          }
          const value = buffered.shift()
          return value ? { value, done: false } : { value: undefined, done: true }
        },
        return() {
          over = true
          mine.delete(tell)
          if (mine.size === 0) watchers.delete(workspaceId)
          wake?.()
          return Promise.resolve({ value: undefined, done: true })
        },
      }
    },
  }
}
