import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'

/** What is shown of a problem, awake or snoozed. */
export const ProblemFields = graphql(`
  fragment ProblemFields on Problem {
    id
    kind
    stepId
    state
    field
    action {
      input {
        name
        label
      }
    }
    deliveries
    people
    since
    reason {
      code
      data
    }
    connection {
      id
      name
      signIn {
        state
      }
    }
    flow {
      id
      name
    }
    example {
      id
    }
    snooze {
      until
      byName
      morePeople
    }
  }
`)

export type Problem = ResultOf<typeof ProblemFields>
