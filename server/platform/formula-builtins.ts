import jsonata from 'jsonata'
import { valueAsText } from '../../mappings/value-as-text.ts'

type Implementation = (focus: unknown, args: readonly unknown[]) => unknown

/** JSONata does not export its own functions, but a formula that only names one evaluates to its definition. */
async function original(name: string): Promise<Implementation> {
  const definition: unknown = await jsonata(`$${name}`).evaluate({})
  const implementation: unknown =
    typeof definition === 'object' && definition !== null
      ? Reflect.get(definition, 'implementation')
      : undefined
  if (typeof implementation !== 'function') throw new Error(`This JSONata has no function $${name}.`)
  return (focus, args): unknown => {
    const value: unknown = Reflect.apply(implementation, focus, args)
    return value
  }
}

const fromMillis = await original('fromMillis')
const toMillis = await original('toMillis')
const pad = await original('pad')
const join = await original('join')

/**
 * Replaces what a formula must not have: a clock of its own, chance, `$eval`, and functions that make a huge text in
 * one go (`$pad` with a large width ends the whole process, whatever its memory limit).
 */
export function replaceBuiltins(
  expression: jsonata.Expression,
  clock: { readonly now: number },
  textCharsMax: number,
): void {
  const refuseLonger = (length: number): void => {
    if (length > textCharsMax) {
      throw { code: 'text_too_long', message: `it makes a text of more than ${textCharsMax} characters` }
    }
  }

  expression.registerFunction('millis', () => clock.now, '<:n>')
  expression.registerFunction(
    'now',
    function (picture: unknown, timezone: unknown) {
      return fromMillis(this, [clock.now, picture, timezone])
    },
    '<s?s?:s>',
  )
  expression.registerFunction(
    'toMillis',
    // What the picture leaves open (the year, the day) is taken from the time of the evaluation.
    (text: unknown, picture: unknown) =>
      toMillis({ environment: { timestamp: new Date(clock.now) } }, [text, picture]),
    '<s-s?:n>',
  )
  expression.registerFunction(
    'pad',
    function (text: unknown, width: unknown, filler: unknown) {
      refuseLonger(Math.abs(Number(width)))
      return pad(this, [text, width, filler])
    },
    '<s-ns?:s>',
  )
  expression.registerFunction(
    'join',
    function (texts: unknown, separator: unknown) {
      const between = valueAsText(separator).length
      if (Array.isArray(texts))
        refuseLonger(texts.reduce((sum: number, text: unknown) => sum + String(text).length + between, 0))
      return join(this, [texts, separator])
    },
    '<a<s>s?:s>',
  )
  for (const name of ['random', 'shuffle', 'eval']) {
    expression.assign(name, () => {
      throw new Error(
        `$${name} cannot be used here: a formula must give the same result every time it is run.`,
      )
    })
  }
}
