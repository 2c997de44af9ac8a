import { graphql } from './graphql.ts'

/** What the hub says instead of doing what was asked for: the whole, and field by field where it knows. */
export const RefusalFields = graphql(`
  fragment RefusalFields on HubError @_unmask {
    code
    message
    ... on InputInvalid {
      problems {
        path
        message
      }
    }
    ... on RenamedMeanwhile {
      nameNow
    }
  }
`)
