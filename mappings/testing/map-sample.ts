import type { z } from '#sdk'
import jsonata from 'jsonata'
import { applyMapping } from '../apply-mapping.ts'
import type { FormulaRunner } from '../formula.ts'
import { formulaFunctions } from '../functions.ts'
import { compileMapping } from '../mapping.ts'
import type { MappingFields } from '../mapping.ts'
import type { Preset } from '../presets.ts'

/** Presets are ours, so their formulas need no bounds. */
const formulas: FormulaRunner = {
  evaluateMany: (expressions, input) =>
    Promise.all(
      expressions.map(async (text) => {
        const expression = jsonata(text)
        for (const [name, { run }] of Object.entries(formulaFunctions)) expression.assign(name, run)
        const value: unknown = await expression.evaluate(input)
        return {
          ok: true as const,
          value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)),
        }
      }),
    ),
  evaluate: () => Promise.reject(new Error('Formulas of a mapping are evaluated together.')),
  check: async () => ({ ok: true }),
  stop: async () => {},
}

/** What a preset makes of a sample: the input of its action, or the problems. What it asks for is as in its examples. */
export async function mapSample(
  { fields, asks }: Pick<Preset, 'fields' | 'asks'>,
  sample: Preset['sample'],
  schema: z.ZodObject,
): Promise<{ ok: true; input: unknown } | { ok: false; problems: unknown }> {
  const filledIn = Object.entries(asks).map(([name, value]): [string, MappingFields[string]] => [
    name,
    { source: { kind: 'fixed', value }, when: 'always' },
  ])
  const whole = { ...fields, ...Object.fromEntries(filledIn) }
  return applyMapping(await compileMapping(whole, schema).run(sample, formulas), schema)
}
