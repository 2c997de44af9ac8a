import { formulaFunctions } from '../../mappings/functions.ts'
import type { FormulaFunction } from '../../mappings/functions.ts'
import { builder } from '../graphql/builder.ts'

const FormulaCheckType = builder
  .objectRef<{ ok: boolean; code?: string; message?: string; position?: number }>('FormulaCheck')
  .implement({
    description: 'Whether a formula can be read; it is not run.',
    authScopes: { role: 'marketer' },
    fields: (t) => ({
      ok: t.exposeBoolean('ok'),
      code: t.exposeString('code', { nullable: true }),
      message: t.exposeString('message', { nullable: true }),
      position: t.exposeInt('position', { nullable: true, description: 'Counted in characters from 0.' }),
    }),
  })

const FormulaFunctionType = builder
  .objectRef<FormulaFunction & { name: string }>('FormulaFunction')
  .implement({
    description: 'A function that formulas may call beside JSONata’s own.',
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Without the $.' }),
      usage: t.exposeString('usage', {
        description: 'How it is called, with ? behind what may be left out.',
      }),
      description: t.exposeString('description'),
      example: t.string({ resolve: ({ example }) => example.formula }),
    }),
  })

builder.queryField('formulaFunctions', (t) =>
  t.field({
    type: [FormulaFunctionType],
    description: 'What formulas may call beside JSONata’s own functions.',
    authScopes: { role: 'viewer' },
    resolve: () => Object.entries(formulaFunctions).map(([name, of]) => ({ name, ...of })),
  }),
)

builder.queryField('checkFormula', (t) =>
  t.field({
    type: FormulaCheckType,
    description: 'Reads a formula without running it.',
    authScopes: { role: 'marketer' },
    args: { formula: t.arg.string({ required: true }) },
    resolve: (_root, { formula }, { hub }) => hub.formulas.check(formula),
  }),
)
