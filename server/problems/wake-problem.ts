import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { findProblem } from './find-problem.ts'
import type { Problem, ProblemDeps } from './find-problems.ts'

/** Ends a snooze before its time; one that is over already is fine. Throws `ProblemNotFound`. */
export async function wakeProblem(
  deps: ProblemDeps,
  health: Pick<DestinationHealth, 'of' | 'openAmong'>,
  id: string,
): Promise<Problem> {
  await deps.problemSnoozes.remove(id)
  return findProblem(deps, health, id)
}
