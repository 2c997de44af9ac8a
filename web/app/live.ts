import { useEffect, useRef } from 'react'
import { useClient } from 'urql'
import type { Client } from 'urql'
import { graphql } from '../graphql/graphql.ts'
import type { ResultOf } from '../graphql/graphql.ts'

const LiveSubscription = graphql(`
  subscription Live {
    live {
      kind
      id
      receipt {
        id
        connectionId
        state
        receivedAt
        reason {
          code
          data
        }
        events {
          id
          name
        }
      }
      event {
        id
        name
        connectionId
        recordedAt
      }
      delivery {
        id
        eventId
        connectionId
        flowId
        state
        updatedAt
      }
    }
  }
`)

/** Something that came or changed; `resumed` after a gap in which anything may have happened. */
export type News = { kind: 'resumed' } | ResultOf<typeof LiveSubscription>['live']

const AGAIN_MS_MIN = 1_000
const AGAIN_MS_MAX = 30_000

const listeners = new Set<(news: News) => void>()
let open: { client: Client; stop: () => void } | undefined

/**
 * What is happening now, as it comes. All listeners of a tab share one stream, and a tab that nobody looks at gives it
 * up: a browser keeps six connections to one address for all its tabs together.
 */
export function useLive(listener: (news: News) => void): void {
  const client = useClient()
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => {
    const tell = (news: News) => latest.current(news)
    listeners.add(tell)
    open ??= { client, stop: keepOpen(client) }
    return () => {
      listeners.delete(tell)
      if (listeners.size > 0) return
      open?.stop()
      open = undefined
    }
  }, [client])
}

function tellAll(news: News): void {
  for (const listener of listeners) listener(news)
}

/** Keeps a stream open while the tab is looked at, and begins again when it breaks off. Returns how to end it. */
function keepOpen(client: Client): () => void {
  let close: (() => void) | undefined
  let waitMs = AGAIN_MS_MIN
  let again: ReturnType<typeof setTimeout> | undefined
  let hadGap = false

  function start(): void {
    clearTimeout(again)
    if (close || document.visibilityState === 'hidden') return
    if (hadGap) tellAll({ kind: 'resumed' })
    const stream = client.subscription(LiveSubscription, {}).subscribe(({ data, error, hasNext }) => {
      if (data) {
        waitMs = AGAIN_MS_MIN
        tellAll(data.live)
      }
      if (error || !hasNext) retry()
    })
    close = () => stream.unsubscribe()
  }
  function end(): void {
    hadGap = true
    close?.()
    close = undefined
  }
  function retry(): void {
    end()
    clearTimeout(again)
    again = setTimeout(start, waitMs)
    waitMs = Math.min(waitMs * 2, AGAIN_MS_MAX)
  }
  const followTab = () => (document.visibilityState === 'hidden' ? end() : start())

  start()
  document.addEventListener('visibilitychange', followTab)
  return () => {
    document.removeEventListener('visibilitychange', followTab)
    clearTimeout(again)
    close?.()
  }
}
