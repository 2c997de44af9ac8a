import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { findProblems } from './find-problems.ts'
import type { Problem, ProblemDeps } from './find-problems.ts'
import { ProblemNotFound } from './problem-errors.ts'

/** A problem that is there now, snoozed or not. Throws `ProblemNotFound`. */
export async function findProblem(
  deps: ProblemDeps,
  health: Pick<DestinationHealth, 'of' | 'openAmong'>,
  id: string,
): Promise<Problem> {
  const { items, snoozed } = await findProblems(deps, health)
  const problem = [...items, ...snoozed].find((each) => each.id === id)
  if (!problem) throw new ProblemNotFound()
  return problem
}
