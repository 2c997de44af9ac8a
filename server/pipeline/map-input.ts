import type { AnyAction } from '#sdk'
import { applyMapping } from '../../mappings/apply-mapping.ts'
import type { FormulaRunner } from '../../mappings/formula.ts'
import type { FieldOutcome, MappingInput } from '../../mappings/mapping.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { LiveMapping } from '../mappings/mapping-directory.ts'

/** What mapping makes of a delivery: an input that the action accepts, or the fields a person has to mend. */
export type Mapped = Pick<Delivery, 'mappingVersion' | 'mappedAt'> &
  (
    | { input: Record<string, unknown>; onlyIfEmpty?: string[] }
    | { problems: NonNullable<Delivery['problems']> }
  )

/** Maps at once, where no formula is among the rows. */
export function mapInstantly(mapping: LiveMapping, action: AnyAction, input: MappingInput): Mapped {
  return finish(mapping, action, input, mapping.compiled.runInstant(input))
}

/** Maps one event for one action. Nothing is sent unless every required field is there and every value fits. */
export async function mapInput(
  mapping: LiveMapping,
  action: AnyAction,
  input: MappingInput,
  formulas: FormulaRunner,
): Promise<Mapped> {
  return finish(mapping, action, input, await mapping.compiled.run(input, formulas))
}

function finish(
  { version }: LiveMapping,
  action: AnyAction,
  { now }: MappingInput,
  outcomes: FieldOutcome[],
): Mapped {
  const made = { mappingVersion: version, mappedAt: new Date(now) }
  const applied = applyMapping(outcomes, action.input)
  if (!applied.ok) {
    return {
      ...made,
      problems: applied.problems.map(({ field, code, message }) => ({ field, code, message })),
    }
  }
  const { onlyIfEmpty } = applied
  return { ...made, input: applied.input, ...(onlyIfEmpty.length > 0 ? { onlyIfEmpty } : {}) }
}
