import { mappingFieldsSchema } from '../../mappings/mapping.ts'
import type { MappingFields } from '../../mappings/mapping.ts'
import type { FormulaRunner } from '../../mappings/formula.ts'
import { InputInvalid, parseInput } from '../input-invalid.ts'
import type { InputProblem } from '../input-invalid.ts'

/**
 * Checks the stored form of a mapping as somebody sent it: its shape, its paths, and that its formulas can be read. A
 * formula that cannot would fail for every event. Throws `InputInvalid`.
 */
export async function parseFields(formulas: FormulaRunner, given: unknown): Promise<MappingFields> {
  const fields = parseInput(mappingFieldsSchema, given, 'fields')
  const problems = await Promise.all(
    Object.entries(fields).map(async ([field, { source }]): Promise<InputProblem[]> => {
      if (source.kind !== 'formula') return []
      const check = await formulas.check(source.expression)
      return check.ok ? [] : [{ path: `fields.${field}.source.expression`, message: check.message }]
    }),
  )
  if (problems.some((each) => each.length > 0)) throw new InputInvalid(problems.flat())
  return fields
}
