import {
  Binary,
  BsonValue,
  Code,
  DbPointer,
  Decimal,
  Double,
  ObjectId,
  Regex,
  Symbolic,
  Timestamp,
  WideDate,
  fieldName,
  maxKey,
  minKey,
} from './bson-types.ts'
import type { Doc, SpecialValue, Value } from './bson-types.ts'
import { decimalParts, decimalToText } from './decimal.ts'

/** A value as MongoDB writes it in its error messages, for example `{ email: "a@b.example", n: 1 }`. */
export function showValue(value: Value | undefined): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(showValue).join(', ')} ]`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  return value instanceof BsonValue ? showSpecial(value) : showDoc(value)
}

function showDoc(doc: Doc): string {
  const fields = Object.keys(doc).map((key) => `${fieldName(key)}: ${showValue(doc[key])}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

function showSpecial(value: SpecialValue): string {
  if (value instanceof ObjectId) return `ObjectId('${value.toHex()}')`
  if (value instanceof Double) return value.value.toFixed(1)
  if (value instanceof Decimal) return decimalToText(decimalParts(value))
  if (value instanceof Binary) return showBinary(value)
  if (value instanceof Timestamp) return `Timestamp(${value.value >> 32n}, ${value.value & 0xffffffffn})`
  if (value instanceof Regex) return `/${value.pattern}/${value.options}`
  if (value instanceof WideDate) return `new Date(${value.ms})`
  if (value instanceof Symbolic) return JSON.stringify(value.value)
  if (value instanceof DbPointer) return `DBRef('${value.namespace}', ${value.id.toHex()})`
  if (value instanceof Code) {
    return value.scope ? `CodeWScope( ${value.code}, ${showDoc(value.scope)})` : value.code
  }
  if (value === minKey) return 'MinKey'
  return value === maxKey ? 'MaxKey' : 'undefined'
}

function showBinary({ subtype, bytes }: Binary): string {
  const hex = bytes.toString('hex')
  if (subtype !== 4 || bytes.length !== 16) return `BinData(${subtype}, ${hex.toUpperCase()})`
  return `UUID("${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}")`
}
