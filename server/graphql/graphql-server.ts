import { GraphQLError } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Plugin, YogaServerInstance } from 'graphql-yoga'
import { createBrowserCookies } from '../accounts/browser-cookies.ts'
import type { HubDeps } from '../deps.ts'
import { createDestinationHealth } from '../pipeline/destination-health.ts'
import { createContext } from './context.ts'
import type { ApiContext } from './context.ts'
import { createEntrance } from './entrance.ts'
import type { Arrival } from './entrance.ts'
import { createMaskError } from './mask-error.ts'
import { nestsDeeperThan } from './nests-deeper-than.ts'
import { schema } from './schema.ts'

/** What the API needs beside what use cases reach for. */
export interface GraphqlDeps {
  hub: HubDeps
  /** `SWITCHYARD_ADMIN_TOKEN`. */
  adminToken: string
}

/** A longer document is not read to its end: validating one costs more than linear time. */
const TOKENS_MAX = 10_000
/** What is read by recursion ends the stack otherwise. How deep fields may go is told more exactly, and later. */
const NESTING_MAX = 200

/**
 * GraphQL over HTTP (POST, and GET for queries) and over server-sent events. Who asks is known before the
 * document is looked at, and a stranger learns nothing about the schema. No batching and no page of its own.
 */
export function createGraphqlServer(deps: GraphqlDeps): YogaServerInstance<Arrival, ApiContext> {
  const cookies = createBrowserCookies(deps.hub.publicUrl)
  const { plugins, admitted } = createEntrance({ ...deps, cookies }, schema)
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
    plugins: [...plugins, boundedDocuments()],
    context: ({ request }) => {
      const { asking, whence, ...rest } = admitted(request)
      return createContext({ hub: deps.hub, health, ...rest }, asking, whence)
    },
  })
}

function boundedDocuments(): Plugin<ApiContext> {
  return {
    onParse(parsing) {
      const { parseFn } = parsing
      parsing.setParseFn((source: string, options: object): unknown => {
        if (nestsDeeperThan(source, NESTING_MAX)) throw tooDeep()
        return parseFn(source, { ...options, maxTokens: TOKENS_MAX })
      })
    },
  }
}

function tooDeep(): GraphQLError {
  const message = `This operation opens more than ${NESTING_MAX} brackets within each other. Ask for less at once, and hand values in as variables.`
  return new GraphQLError(message, { extensions: { code: 'operation_too_large' } })
}
