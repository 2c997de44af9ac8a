import express from 'express'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { boundBodies } from './bound-bodies.ts'
import { createGraphqlServer } from './graphql-server.ts'
import type { GraphqlDeps } from './graphql-server.ts'

export type { GraphqlDeps } from './graphql-server.ts'

/** An operation with its variables; a sample event for a preview is the largest that anybody sends. */
const BODY_BYTES_MAX = 6 * 1024 * 1024

/** The API as express mounts it at `/graphql`. */
export function graphqlHandler(deps: GraphqlDeps): RequestHandler {
  const server = createGraphqlServer(deps)
  const router = express.Router()
  router.use(boundBodies(deps, BODY_BYTES_MAX))
  router.use(express.raw({ type: () => true, limit: BODY_BYTES_MAX }))
  router.use((request, response) =>
    server.handle(request, response, request.ip ? { address: request.ip } : {}),
  )
  router.use(unreadable)
  return router
}

/** A body that cannot be read is no fault of ours: whoever sent it is told what is wrong with it. */
function unreadable(err: unknown, _request: Request, response: Response, next: NextFunction): void {
  const status = err instanceof Error && 'status' in err ? Number(err.status) : 500
  const problem = problems[status]
  if (!problem) return next(err)
  const { message, code } = problem
  response.status(status).json({ errors: [{ message, extensions: { code } }] })
}

const problems: Readonly<Record<number, { message: string; code: string }>> = {
  400: {
    message: 'The operation is not what its headers say. Send it as it is, or packed as gzip or br.',
    code: 'bad_request',
  },
  413: {
    message: `The operation is larger than ${BODY_BYTES_MAX} bytes. Ask in smaller parts.`,
    code: 'too_large',
  },
  415: {
    message: 'The operation is packed in an unknown way. Send it as it is, or packed as gzip or br.',
    code: 'media_type_not_supported',
  },
}
