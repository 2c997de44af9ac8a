import { z } from 'zod'
import { isBlank } from './blank.ts'
import { isProse, unwrapField } from './target-field.ts'
import { valueAsText } from './value-as-text.ts'
import { valueInWords } from './value-in-words.ts'

/**
 * The value in the kind that the field holds, where a person would say that it is the same value: `"12.50"` for a
 * number, `1` for yes or no, one value for a list of them, a number for a text, `PRO` for the option `pro`, an email
 * with a space after it. What would lose something (a list for a text, digits beyond what a number keeps) stays as it
 * is, and the field's schema refuses it. A blank for a field that holds no blanks is nothing.
 *
 * What people read, such as a note or a cell of a sheet, takes a list or an object too: it is put in words.
 *
 * `isTyped` says that a person typed the text into the mapping: for a list it is then read as separated by commas.
 */
export function coerceValue(value: unknown, schema: unknown, isTyped: boolean): unknown {
  const type = unwrapField(schema)
  const isPutInWords = typeof value === 'object' && value !== null && isProse(schema)
  const coerced = isPutInWords ? valueInWords(value) : coerceTo(type, value, isTyped)
  const accepts = type instanceof z.ZodType && type.safeParse(coerced).success
  return !accepts && isBlank(value) ? undefined : coerced
}

function coerceTo(type: unknown, value: unknown, isTyped: boolean): unknown {
  if (type instanceof z.ZodUnion) {
    for (const option of type.options) {
      const coerced = coerceValue(value, option, isTyped)
      if (option instanceof z.ZodType && option.safeParse(coerced).success) return coerced
    }
    return value
  }
  if (type instanceof z.ZodArray) {
    if (!Array.isArray(value) && isBlank(value)) return undefined
    return listFrom(value, isTyped).map((element) => coerceValue(element, type.element, isTyped))
  }
  if (type instanceof z.ZodObject) return coerceObject(type, value, isTyped)

  const single: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (type instanceof z.ZodString || type instanceof z.ZodStringFormat) return toText(single)
  if (type instanceof z.ZodNumber) return toNumber(single)
  if (type instanceof z.ZodBoolean) return toBoolean(single)
  if (type instanceof z.ZodEnum) return toOption(single, type.options)
  if (type instanceof z.ZodLiteral) return toOption(single, [...type.values])
  return value
}

function listFrom(value: unknown, isTyped: boolean): unknown[] {
  if (Array.isArray(value)) return value
  if (!isTyped || typeof value !== 'string') return [value]
  return value
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function coerceObject(type: z.ZodObject, value: unknown, isTyped: boolean): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const schema = Object.hasOwn(type.shape, name) ? type.shape[name] : undefined
      return [name, schema ? coerceValue(inner, schema, isTyped) : inner]
    }),
  )
}

function toText(value: unknown): unknown {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

function toNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  const isExact = /^[+-]?\d+(?:\.\d+)?$/.test(text) && text.replaceAll(/^[+-]?0*|\./g, '').length <= 15
  return isExact ? Number(text) : value
}

const words: Record<string, boolean> = { true: true, yes: true, 1: true, false: false, no: false, 0: false }

function toBoolean(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const word = String(value).trim().toLowerCase()
  return Object.hasOwn(words, word) ? words[word] : value
}

/** Capitals and spaces around do not matter where only one option is meant. */
function toOption(value: unknown, options: readonly unknown[]): unknown {
  const text = valueAsText(value).trim().toLowerCase()
  const meant = options.filter((option) => String(option).toLowerCase() === text)
  return meant.length === 1 ? meant[0] : value
}
