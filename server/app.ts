import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import express from 'express'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import { IDENTITY_CALLBACK_PATH, IDENTITY_PATH } from './accounts/receive-identity.ts'
import type { Receive } from './accounts/receive-identity.ts'
import type { ReceiveSignIn } from './connections/receive-sign-in.ts'
import { receiveHook } from './ingest/receive-hook.ts'
import type { ReceiveDeps, ReceiveHook } from './ingest/receive-hook.ts'
import type { Logger } from './platform/logger.ts'

export interface AppDeps {
  /** What hooks, the API and the page need; absent in a worker, which answers to nobody but its orchestrator. */
  serves?: {
    receive: ReceiveDeps
    signIn: ReceiveSignIn
    /** Signing in at the operator's identity provider, where there is one. */
    identity: { begin: Receive; finish: Receive } | undefined
    graphql: RequestHandler
    page: RequestHandler
  }
  log: Logger
  metrics: RequestHandler
  /** `undefined` when the hub can do its work; otherwise what is in the way. */
  notReady: () => Promise<string | undefined>
  trustProxy: string
}

/** The HTTP surface of the hub. Does not listen, so that tests can use it as it is. */
export function createApp(deps: AppDeps): RequestListener {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', trusted(deps.trustProxy))
  app.set('query parser', 'simple')

  app.get('/health', (_request, response) => void response.json({ status: 'ok' }))
  app.get('/ready', async (_request, response) => {
    const inTheWay = await deps.notReady()
    response
      .status(inTheWay ? 503 : 200)
      .json(inTheWay ? { status: 'not_ready', why: inTheWay } : { status: 'ready' })
  })

  app.get('/metrics', deps.metrics)

  app.use(guardBrowsers())
  if (deps.serves) {
    const { graphql, signIn, identity, page } = deps.serves
    app.use('/graphql', graphql)
    app.get('/oauth/callback', (request, response) => signIn(request, response, request.ip ?? ''))
    if (identity) {
      app.get(IDENTITY_PATH, (request, response) => identity.begin(request, response, request.ip ?? ''))
      app.get(IDENTITY_CALLBACK_PATH, (request, response) =>
        identity.finish(request, response, request.ip ?? ''),
      )
    }
    app.use(page)
  }
  app.use(
    (_request, response) => void response.status(404).json({ error: 'There is nothing at this address.' }),
  )
  app.use(lastResort(deps))
  return deps.serves ? hooksFirst(receiveHook(deps.serves.receive), app, deps.log) : app
}

/** As lenient as express about capitals and a slash at the end. */
const hookAddress = /^\/hooks\/([^/?]+)\/?(?:\?|$)/i

/**
 * Hooks before everything else: signatures cover the bytes as they came, so nothing may touch the body. Nearly all
 * requests are hooks, and to be led to them by express would be a fifth of what taking one in costs.
 */
function hooksFirst(receive: ReceiveHook, app: RequestListener, log: Logger): RequestListener {
  return (request, response) => {
    const key = hookAddress.exec(request.url ?? '')?.[1]
    if (key === undefined) {
      app(request, response)
      return
    }
    receive(request, response, decoded(key)).catch((err: unknown) => {
      if (response.headersSent) response.destroy()
      else tellFailure(log, err, request, response)
    })
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // No connection has an address that cannot be read.
    return part
  }
}

/** What browsers may do with what they are sent: run and show nothing that does not come from here. */
function guardBrowsers(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'style-src': ["'self'"],
        // The marks of vendors come through the API, as text.
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // A vendor's sign-in opens in a window of its own, which has to find its way back.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
  })
}

/** An address nobody can read is the caller's fault; all else is ours: logged whole, told only by its number. */
function lastResort({ log }: AppDeps) {
  return (err: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(err)
    if (err instanceof URIError) {
      response
        .status(400)
        .json({ error: 'The address cannot be read: a % in it stands before no hexadecimal digits.' })
      return
    }
    tellFailure(log, err, request, response)
  }
}

function tellFailure(log: Logger, err: unknown, { method }: IncomingMessage, response: ServerResponse): void {
  const reference = crypto.randomUUID()
  log.error({ stage: 'http.failed', method, reference, err })
  const body = JSON.stringify({ error: `Something went wrong on our side. Reference: ${reference}.` })
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  }
  response.writeHead(500, headers).end(body)
}

function trusted(setting: string): boolean | number | string[] {
  if (setting === '') return false
  return /^\d+$/.test(setting) ? Number(setting) : setting.split(',').map((each) => each.trim())
}
