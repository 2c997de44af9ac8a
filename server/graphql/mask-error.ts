import { GraphQLError } from 'graphql'
import { HubError } from '../errors.ts'
import type { Logger } from '../platform/logger.ts'

/**
 * What a caller is told of an error. Expected ones are shown with their code; a fault of ours is logged whole and shown
 * as a reference number, since its words could carry anything.
 */
export function createMaskError(log: Logger): (error: unknown) => Error {
  return (error) => {
    const source = isOfGraphql(error) ? rootOf(error) : error
    if (isOfGraphql(error) && isOfGraphql(source)) return error
    const place = isOfGraphql(error) ? { nodes: error.nodes, path: error.path } : {}
    if (source instanceof HubError) {
      return new GraphQLError(source.message, { ...place, extensions: { code: source.code } })
    }
    const reference = crypto.randomUUID()
    log.error({ stage: 'graphql.failed', reference, path: place.path?.join('.'), err: source })
    return new GraphQLError(`Something went wrong on our side. Reference: ${reference}.`, {
      ...place,
      extensions: { code: 'internal_error', reference },
    })
  }
}

/** By name: where a package brings a copy of graphql of its own, its errors are of another class of the same name. */
function isOfGraphql(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError'
}

/** What was thrown at first, below the layers that GraphQL puts around it. */
function rootOf(error: GraphQLError): unknown {
  const { originalError } = error
  if (!originalError) return error
  return isOfGraphql(originalError) ? rootOf(originalError) : originalError
}
