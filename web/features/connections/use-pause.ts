import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'

const Pause = graphql(
  `
    mutation PauseConnection($id: ID!) {
      pauseConnection(id: $id) {
        __typename
        ... on Connection {
          id
          state
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

const Resume = graphql(
  `
    mutation ResumeConnection($id: ID!) {
      resumeConnection(id: $id) {
        __typename
        ... on Connection {
          id
          state
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Holds what goes out to a connection, and lets it go again. */
export function usePause(id: string): {
  pause: () => Promise<unknown>
  resume: () => Promise<unknown>
  isBusy: boolean
  failure: string | undefined
} {
  const pausing = useAction(Pause)
  const resuming = useAction(Resume)
  return {
    pause: () => pausing.run({ id }),
    resume: () => resuming.run({ id }),
    isBusy: pausing.isBusy || resuming.isBusy,
    failure: pausing.failure ?? resuming.failure,
  }
}
