import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql'
import { createGraphQLError } from 'graphql-yoga'
import type { Plugin } from 'graphql-yoga'
import type { BrowserCookies } from '../accounts/browser-cookies.ts'
import type { Whence } from '../accounts/open-session.ts'
import { signInCookie } from '../connections/sign-in-cookie.ts'
import type { HubDeps } from '../deps.ts'
import { authenticate } from './authenticate.ts'
import type { ApiContext, Asking, CookieJar } from './context.ts'
import { createMaskError } from './mask-error.ts'
import { isFromOwnPage } from './own-page.ts'
import { asksOnlyOpen } from './open-document.ts'

/** What the HTTP server knows of a request and `Request` does not carry. */
export interface Arrival {
  address?: string
}

/** Who asks and from where, and what their browser will be told to keep. */
interface Admitted extends Pick<ApiContext, 'cookies' | 'askAgain'> {
  asking: Asking
  whence: Whence & Pick<ApiContext, 'origin'>
}

/**
 * What happens to a request before its document is looked at: it is JSON, a browser sent it from a page of ours or a
 * program sent it with a token, and whoever it is, is known. Strangers come to the doors that are open to everybody and
 * no further.
 */
export function createEntrance(
  deps: { hub: HubDeps; adminToken: string; cookies: BrowserCookies },
  schema: GraphQLSchema,
): { plugins: Plugin<ApiContext, Arrival>[]; admitted: (request: Request) => Admitted } {
  const mask = createMaskError(deps.hub.log)
  const held = new WeakMap<Request, Admitted>()
  const toSet = new WeakMap<Request, string[]>()

  const jsonOnly: Plugin<ApiContext, Arrival> = {
    onRequest(arriving) {
      const { request, fetchAPI } = arriving
      if (request.method !== 'POST') return
      // A page elsewhere can make a browser post forms and plain text, but not JSON.
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
      if (type === 'application/json') return
      const message = 'Send the operation as application/json.'
      arriving.endResponse(refused(fetchAPI.Response, request, 415, message, 'media_type_not_supported'))
    },
  }

  const whoIsIt: Plugin<ApiContext, Arrival> = {
    async onRequest(arriving) {
      const { request, fetchAPI, serverContext } = arriving
      const { headers } = request
      const authorization = headers.get('authorization')
      if (authorization === null && !isFromOwnPage(request, deps.hub.publicUrl)) {
        const message =
          'This request comes from a page of another site. Send it from the hub’s own, or with a token.'
        arriving.endResponse(refused(fetchAPI.Response, request, 403, message, 'cross_site'))
        return
      }
      const { session, device } = deps.cookies.read(headers.get('cookie'))
      const userAgent = headers.get('user-agent') ?? ''
      const whence = { address: serverContext.address ?? '', userAgent, device }
      const workspace = headers.get('switchyard-workspace')
      const askAgain = () => authenticate(deps, { authorization, session, workspace }, whence)
      const asking = await askAgain().catch(mask)
      if (asking instanceof Error) {
        // Thrown on, it would be answered with all its words: nothing masks what goes wrong out here.
        arriving.endResponse(refused(fetchAPI.Response, request, 500, asking.message, 'internal_error'))
        return
      }
      const lines: string[] = []
      toSet.set(request, lines)
      const cookies: CookieJar = {
        giveSession: (token, mark) => void lines.push(...deps.cookies.give(token, mark)),
        dropSession: () => void lines.push(...deps.cookies.drop()),
        keepSignIn: (cookie) => void lines.push(signInCookie(deps.hub.publicUrl, cookie)),
      }
      const origin = headers.get('origin') ?? undefined
      held.set(request, { asking, whence: { ...whence, origin }, cookies, askAgain })
      if (asking.caller || authorization === null) return
      const message = 'Send a valid token: Authorization: Bearer <token>. Tokens are made with createToken.'
      const response = refused(fetchAPI.Response, request, 401, message, 'unauthenticated')
      response.headers.set('www-authenticate', 'Bearer')
      arriving.endResponse(response)
    },
    onParams({ request, params, setResult }) {
      if (held.get(request)?.asking.caller || asksOnlyOpen(schema, params.query ?? '')) return
      setResult(toSignIn())
    },
    onResultProcess(answering) {
      // What is wrong with a document would tell a stranger about the schema.
      const isStranger = !held.get(answering.request)?.asking.caller
      if (isStranger && isOfInvalidDocument(answering.result)) answering.setResult(toSignIn())
    },
    onResponse({ request, response }) {
      // What somebody was shown is not kept for whoever uses the browser after them.
      response.headers.set('cache-control', 'no-store')
      for (const cookie of toSet.get(request) ?? []) response.headers.append('set-cookie', cookie)
    },
  }

  return {
    plugins: [jsonOnly, whoIsIt],
    admitted(request) {
      const admitted = held.get(request)
      if (!admitted) throw new Error('A request reached GraphQL without having been authenticated.')
      return admitted
    },
  }
}

function toSignIn(): ExecutionResult {
  const message =
    'Sign in, or send a valid token: Authorization: Bearer <token>. Tokens are made with createToken.'
  const http = { status: 401, headers: { 'www-authenticate': 'Bearer' } }
  return { errors: [createGraphQLError(message, { extensions: { code: 'unauthenticated', http } })] }
}

function isOfInvalidDocument(result: object): boolean {
  return (
    'errors' in result &&
    Array.isArray(result.errors) &&
    result.errors.some(({ extensions }: GraphQLError) => extensions['code'] === 'GRAPHQL_VALIDATION_FAILED')
  )
}

function refused(
  ResponseClass: typeof Response,
  { headers }: Request,
  status: number,
  message: string,
  code: string,
): Response {
  const modern = headers.get('accept')?.includes('application/graphql-response+json')
  const type = modern ? 'application/graphql-response+json' : 'application/json'
  return new ResponseClass(JSON.stringify({ errors: [{ message, extensions: { code } }] }), {
    status,
    headers: { 'content-type': `${type}; charset=utf-8` },
  })
}
