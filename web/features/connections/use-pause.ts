import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'

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
  /** Why neither was done. */
  problem: string | undefined
} {
  const pausing = useChange(Pause, ({ pauseConnection }) => pauseConnection)
  const resuming = useChange(Resume, ({ resumeConnection }) => resumeConnection)
  return {
    pause: () => pausing.send({ id }),
    resume: () => resuming.send({ id }),
    isBusy: pausing.isBusy || resuming.isBusy,
    problem: pausing.problem ?? resuming.problem,
  }
}
