import { z } from 'zod'
import { InputInvalid, parseInput } from '../input-invalid.ts'

/** The lists that have views. */
export const viewLists = ['events', 'deliveries'] as const
export type ViewList = (typeof viewLists)[number]

/**
 * What a view narrows its list down to. Named fields and not the address of a page: an address is the page's to change,
 * while these mean the same to every program. What an id names may be gone later; the view stays and says so.
 *
 * A person is none of them. Their address would outlive their erasure, and viewers, who see people masked, could read
 * it here.
 */
export interface ViewFilter {
  connectionId?: string | undefined
  eventName?: string | undefined
  flowId?: string | undefined
  /** Of deliveries a state, or the page's word for several of them; of events their outcome. */
  state?: string | undefined
  /** How many days back the list goes, counted from whenever it is looked at. */
  days?: number | undefined
}

const id = z.string().min(1, 'is empty').max(100, 'is longer than 100 characters').optional()
const word = z
  .string()
  .regex(/^[a-z0-9_.]{1,100}$/, 'is at most 100 small letters, digits, dots and underscores')
  .optional()
const days = z
  .int('goes back a whole number of days')
  .min(1, 'goes back a day at least')
  .max(3_650, 'goes back 3,650 days at most')
  .optional()

const schemas = {
  events: strict({ connectionId: id, eventName: word, flowId: id, state: word, days }),
  deliveries: strict({ connectionId: id, flowId: id, state: word, days }),
}

/**
 * Checks what a view of this list shall narrow it down to. Refused rather than dropped is what the list cannot be
 * narrowed down by, since the view would show more than whoever saved it meant. Throws `InputInvalid`.
 */
export function parseViewFilter(list: ViewList, given: object): ViewFilter {
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  if (chosen.length === 0) {
    throw new InputInvalid([{ path: 'filter', message: 'choose something first, else it is the whole list' }])
  }
  return parseInput(schemas[list], Object.fromEntries(chosen), 'filter')
}

function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `this list has no ${issue.keys.join(', ')}` : undefined,
  })
}
