import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Metrics } from './platform/metrics.ts'
import { metricsContentType, renderMetrics } from './platform/render-metrics.ts'
import type { Reading } from './platform/render-metrics.ts'

/**
 * `GET /metrics`, for whoever shows the token made for it: numbers tell a stranger how much business there is, and
 * reading them all day is no work for the operator's own token.
 */
export function serveMetrics(options: {
  token: string
  metrics: Metrics
  /** Of this process, at once. */
  readings: () => Reading[]
  /** Of the store. */
  backlog: () => Promise<Reading[]>
}): RequestHandler {
  const { token, metrics, readings, backlog } = options
  return async (request, response) => {
    const shown = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    response.set('cache-control', 'no-store')
    if (shown === undefined || !isSameText(shown, token)) {
      response.status(401).set('www-authenticate', 'Bearer').json({
        error: 'Show the token in data/metrics-token, or SWITCHYARD_METRICS_TOKEN, as a bearer token.',
      })
      return
    }
    const text = await renderMetrics(metrics, [...readings(), ...(await backlog())])
    response.set('content-type', metricsContentType).send(text)
  }
}

/** Hashes are of one length, so that the comparison tells nothing about the token. */
function isSameText(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
