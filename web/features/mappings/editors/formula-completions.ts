import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { FormulaFunction } from '../formula-function.ts'
import { fieldLabel } from '../field-words.ts'
import type { ReadableField } from '../readable-fields.ts'
import { valueWords } from '../value-words.ts'

/** Formulas and fields that go on from what stands before the cursor, with what they are and what is in them. */
export function formulaCompletions(
  functions: readonly FormulaFunction[],
  readable: readonly ReadableField[],
): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const word = context.matchBefore(/[$\w.`]+/)
    if (!word && !context.explicit) return null
    return {
      from: word?.from ?? context.pos,
      options: [...functions.map(ofFunction), ...readable.map(ofField)],
      validFor: /^[$\w.`]*$/,
    }
  }
}

function ofFunction({ name, usage, description, example }: FormulaFunction): Completion {
  return {
    label: `$${name}`,
    displayLabel: usage,
    info: () => {
      const about = document.createElement('div')
      about.append(description)
      const shown = document.createElement('code')
      shown.textContent = example
      about.append(document.createElement('br'), shown)
      return about
    },
    apply: (view, _completion, from, to) => {
      const insert = `$${name}()`
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length - 1 },
      })
    },
  }
}

function ofField({ path, value }: ReadableField): Completion {
  const words = valueWords(value)
  return {
    label: path,
    detail: words.length > 40 ? `${words.slice(0, 40)}…` : words,
    info: fieldLabel(path),
  }
}
