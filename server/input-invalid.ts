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
    const [first] = problems.map(({ path, message }) => ({ path, message: message.replace(/\.$/, '') }))
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
  const parsed = schema.safeParse(value, { error: sayIssue })
  if (parsed.success) return parsed.data
  throw new InputInvalid(
    parsed.error.issues.flatMap(meant).map((issue) => ({
      path: [...(under ? [under] : []), ...issue.path.map(String)].join('.'),
      message: issue.message.replace(/\.$/, ''),
    })),
  )
}

/**
 * What is wrong with the one of several shapes that was meant: the one that calls the fewest of the fields strangers.
 * Where that is not plain, only that it is none of them.
 */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const [closest, next] = issue.errors
    .filter((problems) => !problems.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
    .toSorted((one, other) => strangersIn(one) - strangersIn(other))
  if (!closest || (next && strangersIn(next) === strangersIn(closest))) return [issue]
  return closest.flatMap(meant).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function strangersIn(problems: readonly z.core.$ZodIssue[]): number {
  return problems.flatMap((each) => (each.code === 'unrecognized_keys' ? each.keys : [])).length
}

const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
}
const formats: Readonly<Record<string, string>> = {
  datetime: 'must be a moment, such as 2026-11-22T18:00:00Z',
  email: 'must be an email address, such as ada@example.com',
  url: 'must be an address, such as https://example.com',
}

/** What a person reads where a schema has no words of its own: those of its library speak of types to programmers. */
function sayIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return `must be ${kinds[issue.expected] ?? 'something else'}`
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${orList(issue.values.map(String))}`
    case 'invalid_format':
      return formats[issue.format] ?? 'is not written as it should be'
    case 'unrecognized_keys':
      return `has nothing called ${orList(issue.keys)}`
    case 'invalid_union':
      if (issue.input === undefined) return 'is missing'
      return Array.isArray(issue.options)
        ? `must be ${orList(issue.options.map(String))}`
        : 'is not what was expected'
    case 'too_small':
      return sayBound(issue, 'at least', 'more than', issue.minimum)
    case 'too_big':
      return sayBound(issue, 'at most', 'less than', issue.maximum)
    default:
      return undefined
  }
}

function sayBound(
  { origin, inclusive, input }: { origin: string; inclusive?: boolean | undefined; input?: unknown },
  atIts: string,
  beyond: string,
  bound: number | bigint,
): string {
  if (origin === 'string' && input === '') return 'is empty'
  if (Array.isArray(input) && input.length === 0) return 'is empty'
  if (origin === 'string') return `must have ${atIts} ${bound} characters`
  if (origin === 'array') return `must have ${atIts} ${bound} entries`
  return `must be ${inclusive === false ? beyond : atIts} ${bound}`
}

function orList(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join('')
}
