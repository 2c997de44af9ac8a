import { InputInvalid } from '../input-invalid.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { findProblem } from './find-problem.ts'
import { PROBLEM_DAYS } from './find-problems.ts'
import type { Problem, ProblemDeps } from './find-problems.ts'

const DAY_MS = 86_400_000

/**
 * Puts a problem out of the way until a moment within the next `PROBLEM_DAYS` days: the list looks back no further, so
 * it could not tell a cause that went on for longer from one that came again. Throws `ProblemNotFound`, and
 * `InputInvalid` for another moment.
 */
export async function snoozeProblem(
  deps: ProblemDeps,
  health: Pick<DestinationHealth, 'of' | 'openAmong'>,
  { id, until, by }: { id: string; until: Date; by: string },
): Promise<Problem> {
  const problem = await findProblem(deps, health, id)
  const at = deps.now()
  if (until <= at) {
    throw new InputInvalid([{ path: 'until', message: 'must be a moment that is still to come' }])
  }
  if (until.getTime() > at.getTime() + PROBLEM_DAYS * DAY_MS) {
    throw new InputInvalid([{ path: 'until', message: `must be within the next ${PROBLEM_DAYS} days` }])
  }
  const snooze = { problemId: id, until, at, by, people: problem.people }
  await deps.problemSnoozes.set(snooze)
  return { ...problem, snooze }
}
