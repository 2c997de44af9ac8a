import type { Connection } from 'mongoose'
import { createLiveFeed } from './live-feed.ts'
import type { LiveFeed, LiveNews } from './live-feed.ts'

interface NewsDoc {
  _id: string
  from: string
  at: Date
  news: LiveNews[]
}

const EVERY_MS = 150
/** Clocks of the processes differ by less; what is older has been seen. */
const OVERLAP_MS = 3_000
/** Of one round; watchers of a flood are told of its beginning and read the rest. */
const NEWS_MAX = 500

/**
 * News of all processes: each writes what it published into a short-lived collection and reads what the others wrote,
 * several times a second. A page connected to one process sees what another one does.
 */
export function createSharedLiveFeed(connection: Connection, processId: string): LiveFeed {
  const local = createLiveFeed()
  const rows = connection.collection<NewsDoc>('live_news')
  const seen = new Map<string, number>()
  let mine: LiveNews[] = []
  let round = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function exchange(): Promise<void> {
    const news = mine
    mine = []
    const at = new Date()
    if (news.length > 0) await rows.insertOne({ _id: `${processId}/${++round}`, from: processId, at, news })
    if (!local.isWatched()) return
    const since = new Date(at.getTime() - OVERLAP_MS)
    for (const doc of await rows.find({ at: { $gt: since }, from: { $ne: processId } }).toArray()) {
      if (seen.has(doc._id)) continue
      seen.set(doc._id, at.getTime())
      for (const each of doc.news) local.publish(each)
    }
    for (const [id, when] of seen) if (at.getTime() - when > 2 * OVERLAP_MS) seen.delete(id)
  }

  function schedule(): void {
    if (stopped) return
    timer = setTimeout(() => {
      // While the database is away there is no news; watchers see the newest state when it is back.
      void exchange()
        .catch(() => undefined)
        .finally(schedule)
    }, EVERY_MS)
    timer.unref()
  }
  schedule()

  return {
    ...local,
    publish(news) {
      local.publish(news)
      if (mine.length < NEWS_MAX) mine.push(news)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
