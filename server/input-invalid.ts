import type { z } from 'zod'
import { HubError } from './errors.ts'

/** One thing that is wrong with what was sent. */
export interface InputProblem {
  /** Where, as `definition.steps.0.actionId`; empty for the whole. */
  path: string
  message: string
}

/** What was sent cannot be used as it is. */
export class InputInvalid extends HubError {
  readonly code = 'input_invalid'
  readonly problems: readonly InputProblem[]

  constructor(problems: readonly InputProblem[]) {
    const [first] = problems
    const where = first?.path ? `${first.path}: ` : ''
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
    super(
      `This cannot be used. ${where}${first?.message ?? 'It is not what was expected'}${more}. Correct it and send it again.`,
    )
    this.problems = problems
  }
}

/**
 * Checks what a caller sent, in the use case and so after the caller's role is known. Throws `InputInvalid` with every
 * problem at once.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  under = '',
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new InputInvalid(
    parsed.error.issues.map((issue) => ({
      path: [...(under ? [under] : []), ...issue.path.map(String)].join('.'),
      message: issue.message.replace(/\.$/, ''),
    })),
  )
}
