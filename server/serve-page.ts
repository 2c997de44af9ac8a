import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import express from 'express'
import type { Request, RequestHandler, Response } from 'express'

/** Where the built page lies. */
export const builtPage = join(import.meta.dirname, '..', 'web', 'dist')

/** Addresses of programs: a browser that asks for one of them gets no page instead. */
const notPages = /^\/(hooks|graphql|metrics|health|ready|oauth|assets)(\/|$)/

/** Their names change with what is in them, so they may be kept for ever. */
const KEPT_MS = 365 * 86_400_000

/**
 * Serves the page from the folder of its build: scripts and styles as they are, packed where the browser can unpack
 * them, and the one document for every address that a browser opens. The document says which scripts and styles count:
 * its own files, and styles with the number that only this answer carries.
 */
export function servePage(folder: string = builtPage): RequestHandler {
  const assets = serveAssets(join(folder, 'assets'))
  const document = readDocument(folder)
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    if (request.path.startsWith('/assets/')) {
      request.url = request.url.slice('/assets'.length)
      return assets(request, response, next)
    }
    if (!isPage(request)) return next()
    if (document) return sendDocument(document, response)
    const message =
      'The page is not built. Run “npm start”, or “node scripts/build-web.mjs” once. The API works.'
    response.status(503).type('text').send(message)
  }
}

function readDocument(folder: string): string | undefined {
  const file = join(folder, 'index.html')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** What a person opens: asked for as a document, and not by the name of a file. */
function isPage(request: Request): boolean {
  return (
    !notPages.test(request.path) &&
    extname(request.path) === '' &&
    request.accepts(['json', 'html']) === 'html'
  )
}

function sendDocument(document: string, response: Response): void {
  const nonce = randomBytes(16).toString('base64url')
  const policy = String(response.getHeader('content-security-policy') ?? '')
  response
    .set('content-security-policy', policy.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`))
    .set('cache-control', 'no-cache')
    .type('html')
    .send(document.replace('__STYLE_NONCE__', nonce))
}

function serveAssets(folder: string): RequestHandler {
  const names = new Set(existsSync(folder) ? readdirSync(folder) : [])
  const serve = express.static(folder, { immutable: true, maxAge: KEPT_MS, index: false, redirect: false })
  return (request, response, next) => {
    const name = request.path.slice(1)
    const packed = request.acceptsEncodings('br', 'gzip')
    const ending = packed === 'br' ? '.br' : packed === 'gzip' ? '.gz' : ''
    if (ending && names.has(`${name}${ending}`)) {
      response.set('content-encoding', packed || '').type(extname(name))
      request.url += ending
    }
    response.vary('accept-encoding')
    // A script of a build that is gone: the page loads itself again when it hears 404.
    serve(request, response, () => next())
  }
}
