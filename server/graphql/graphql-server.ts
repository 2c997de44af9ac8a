import { createYoga } from 'graphql-yoga'
import type { Plugin, YogaServerInstance } from 'graphql-yoga'
import type { HubDeps } from '../deps.ts'
import { createDestinationHealth } from '../pipeline/destination-health.ts'
import { authenticate } from './authenticate.ts'
import { createContext } from './context.ts'
import type { ApiContext, Asking } from './context.ts'
import { createMaskError } from './mask-error.ts'
import { schema } from './schema.ts'

/** What the API needs beside what use cases reach for. */
export interface GraphqlDeps {
  hub: HubDeps
  /** `SWITCHYARD_ADMIN_TOKEN`. */
  adminToken: string
}

/** What the HTTP server knows of a request and `Request` does not carry. */
export interface Arrival {
  address?: string
}

/** A longer document is not read to its end: validating one costs more than linear time. */
const TOKENS_MAX = 10_000

/**
 * GraphQL over HTTP (POST, and GET for queries) and over server-sent events. A request is authenticated before its
 * document is looked at, so a stranger learns nothing about the schema. No batching and no page of its own.
 */
export function createGraphqlServer(deps: GraphqlDeps): YogaServerInstance<Arrival, ApiContext> {
  const askings = new WeakMap<Request, Asking>()
  const health = createDestinationHealth(deps.hub.database.connection, deps.hub.now)
  return createYoga<Arrival, ApiContext>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    logging: false,
    maskedErrors: {
      maskError: createMaskError(deps.hub.log),
      errorMessage: 'Something went wrong on our side.',
    },
    plugins: [jsonOnly(), tokensFirst(deps, askings), boundedDocuments()],
    context: ({ request, address }) => {
      const asking = askings.get(request)
      if (!asking) throw new Error('A request reached GraphQL without having been authenticated.')
      return createContext({ hub: deps.hub, health }, asking, address ?? '')
    },
  })
}

/** A page elsewhere can make a browser post forms and plain text, but not JSON. */
function jsonOnly(): Plugin<ApiContext> {
  return {
    onRequest(arriving) {
      const { request, fetchAPI } = arriving
      if (request.method !== 'POST') return
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
      if (type === 'application/json') return
      arriving.endResponse(
        refused(
          fetchAPI.Response,
          request,
          415,
          'Send the operation as application/json.',
          'media_type_not_supported',
        ),
      )
    },
  }
}

function tokensFirst(deps: GraphqlDeps, askings: WeakMap<Request, Asking>): Plugin<ApiContext> {
  return {
    async onRequest(arriving) {
      const { request, fetchAPI } = arriving
      const asking = await authenticate(deps, request.headers)
      askings.set(request, asking)
      if (asking.caller) return
      const message = 'Send a valid token: Authorization: Bearer <token>. Tokens are made with createToken.'
      const response = refused(fetchAPI.Response, request, 401, message, 'unauthenticated')
      response.headers.set('www-authenticate', 'Bearer')
      arriving.endResponse(response)
    },
  }
}

function boundedDocuments(): Plugin<ApiContext> {
  return {
    onParse(parsing) {
      const { parseFn } = parsing
      parsing.setParseFn((source: string, options: object): unknown =>
        parseFn(source, { ...options, maxTokens: TOKENS_MAX }),
      )
    },
  }
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
