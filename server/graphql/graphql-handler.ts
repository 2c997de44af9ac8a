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
  router.use(tooLarge)
  return router
}

function tooLarge(err: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (!(err instanceof Error && 'type' in err && err.type === 'entity.too.large')) return next(err)
  const message = `The operation is larger than ${BODY_BYTES_MAX} bytes. Ask in smaller parts.`
  response.status(413).json({ errors: [{ message, extensions: { code: 'too_large' } }] })
}
