import { copyBytes } from './copy-bytes.ts'
import { StoreError } from './errors.ts'
import {
  Binary,
  BsonValue,
  Code,
  DbPointer,
  Decimal,
  Double,
  Marker,
  ObjectId,
  Regex,
  Symbolic,
  Timestamp,
  WideDate,
  isInt32,
} from './bson-types.ts'
import type { Doc, SpecialValue, Value } from './bson-types.ts'
import { depthMax, eachTopField, storedDepthMax, tooDeep } from './decode.ts'

const scratchBytes = 64 * 1024
let out: Buffer = Buffer.allocUnsafe(scratchBytes)
let at = 0
let deepest = depthMax

/**
 * Writes one document as BSON. The inverse of `decode`: decoding and encoding gives the same bytes.
 * Takes plain objects too (for replies); a property that is `undefined` is left out.
 * @throws StoreError when a field name or regular expression contains a NUL, or the nesting is too deep.
 */
export function encode(doc: Doc): Buffer {
  deepest = depthMax
  at = 0
  writeDoc(doc, 0)
  return written()
}

/**
 * Writes a document that is to be stored, and so may be nested less deep than one that is sent.
 * @throws StoreError as `encode` does
 */
export function encodeStored(doc: Doc): Buffer {
  deepest = storedDepthMax
  at = 0
  writeDoc(doc, 0)
  return written()
}

/**
 * The stored document `doc` with some of its top-level fields changed, all others copied as they are. `before` and `after` hold
 * at least the fields that changed; whatever is the same reference in both is taken for unchanged.
 * @throws StoreError as `encodeStored` does, and InvalidBSON when `doc` is not one whole document.
 */
export function encodeChanged(doc: Buffer, before: Doc, after: Doc): Buffer {
  deepest = storedDepthMax
  at = 0
  reserve(4)
  at = 4
  let kept = 4
  eachTopField(doc, (key, from, to) => {
    const value = after[key]
    if (value === before[key]) return
    writeBytes(doc, kept, from)
    if (value !== undefined) writeElement(key, value, 1)
    kept = to
  })
  writeBytes(doc, kept, doc.length - 1)
  for (const key in after) {
    const value = after[key]
    if (value !== undefined && before[key] === undefined) writeElement(key, value, 1)
  }
  reserve(1)
  out[at++] = 0
  putInt32(0, at)
  return written()
}

/** A copy of what stands in the scratch memory. */
function written(): Buffer {
  const bytes = Buffer.allocUnsafe(at)
  out.copy(bytes, 0, 0, at)
  // A single huge document must not pin its scratch memory for the life of the process.
  if (out.length > 1024 * 1024) out = Buffer.allocUnsafe(scratchBytes)
  return bytes
}

function reserve(bytes: number): void {
  if (at + bytes <= out.length) return
  const larger = Buffer.allocUnsafe(Math.max(out.length * 2, at + bytes))
  out.copy(larger, 0, 0, at)
  out = larger
}

function writeBytes(bytes: Buffer, from: number, to: number): void {
  reserve(to - from)
  at = copyBytes(bytes, from, to, out, at)
}

function writeInt32(value: number): void {
  reserve(4)
  putInt32(at, value)
  at += 4
}

function putInt32(position: number, value: number): void {
  out[position] = value
  out[position + 1] = value >> 8
  out[position + 2] = value >> 16
  out[position + 3] = value >> 24
}

/** The text in UTF-8, without a terminator. */
function writeText(text: string): void {
  const length = text.length
  reserve(length * 3 + 1)
  if (length < 32) {
    let index = 0
    for (; index < length; index++) {
      const unit = text.charCodeAt(index)
      if (unit >= 128) break
      out[at + index] = unit
    }
    if (index === length) {
      at += length
      return
    }
  }
  at += out.write(text, at, 'utf8')
}

function writeCString(text: string): void {
  const start = at
  writeText(text)
  if (out.subarray(start, at).includes(0)) {
    throw new StoreError(
      'BadValue',
      'A field name or regular expression contains a NUL, which BSON cannot hold',
    )
  }
  out[at++] = 0
}

/** A property name of a `Doc`; the mark in front of index-like names is left out. */
function writeKey(key: string): void {
  const length = key.length
  const first = length > 0 && key.charCodeAt(0) === 0 ? 1 : 0
  reserve(length * 3 + 1)
  const start = at
  for (let index = first; index < length; index++) {
    const unit = key.charCodeAt(index)
    if (unit === 0 || unit >= 128) {
      at = start
      writeCString(key.slice(first))
      return
    }
    out[at++] = unit
  }
  out[at++] = 0
}

function writeString(text: string): void {
  const start = at
  reserve(4)
  at += 4
  writeText(text)
  reserve(1)
  out[at++] = 0
  putInt32(start, at - start - 4)
}

function writeInt64(value: bigint): void {
  reserve(8)
  at = out.writeBigInt64LE(BigInt.asIntN(64, value), at)
}

/** Milliseconds as an int64, in two halves: a detour through bigint costs several times as much. */
function writeMs(ms: number): void {
  if (Number.isNaN(ms))
    throw new StoreError('BadValue', 'A date was computed that lies beyond what a date can hold')
  const high = Math.floor(ms / 4294967296)
  writeInt32(ms - high * 4294967296)
  writeInt32(high)
}

function writeDoc(doc: Doc, depth: number): void {
  if (depth > deepest) throw tooDeep(deepest)
  const start = at
  reserve(5)
  at += 4
  for (const key in doc) {
    const value = doc[key]
    if (value !== undefined) writeElement(key, value, depth + 1)
  }
  reserve(1)
  out[at++] = 0
  putInt32(start, at - start)
}

function writeArray(items: readonly Value[], depth: number): void {
  if (depth > deepest) throw tooDeep(deepest)
  const start = at
  reserve(5)
  at += 4
  for (let index = 0; index < items.length; index++)
    writeElement(String(index), items[index] ?? null, depth + 1)
  reserve(1)
  out[at++] = 0
  putInt32(start, at - start)
}

function writeHead(type: number, key: string): void {
  reserve(1)
  out[at++] = type
  writeKey(key)
}

function writeElement(key: string, value: Value, depth: number): void {
  switch (typeof value) {
    case 'string':
      writeHead(2, key)
      writeString(value)
      return
    case 'number':
      if (isInt32(value)) {
        writeHead(16, key)
        writeInt32(value)
      } else {
        writeHead(1, key)
        reserve(8)
        at = out.writeDoubleLE(value, at)
      }
      return
    case 'boolean':
      writeHead(8, key)
      reserve(1)
      out[at++] = value ? 1 : 0
      return
    case 'bigint':
      writeHead(18, key)
      writeInt64(value)
      return
    default:
  }
  if (value === null) {
    writeHead(10, key)
  } else if (Array.isArray(value)) {
    writeHead(4, key)
    writeArray(value, depth)
  } else if (value instanceof BsonValue) {
    writeHead(value.bsonType & 0xff, key)
    writeSpecial(value, depth)
  } else if (value instanceof Date) {
    writeHead(9, key)
    writeMs(value.getTime())
  } else {
    writeHead(3, key)
    writeDoc(value, depth)
  }
}

function writeSpecial(value: SpecialValue, depth: number): void {
  if (value instanceof ObjectId) {
    reserve(12)
    at += out.write(value.raw, at, 'latin1')
  } else if (value instanceof Double) {
    reserve(8)
    at = out.writeDoubleLE(value.value, at)
  } else if (value instanceof Decimal) {
    reserve(16)
    at += value.bytes.copy(out, at)
  } else if (value instanceof Binary) {
    writeInt32(value.bytes.length)
    reserve(value.bytes.length + 1)
    out[at++] = value.subtype
    at += value.bytes.copy(out, at)
  } else if (value instanceof Timestamp) {
    writeInt64(value.value)
  } else if (value instanceof WideDate) {
    writeInt64(value.ms)
  } else if (value instanceof Regex) {
    writeCString(value.pattern)
    writeCString(value.options)
  } else if (value instanceof Symbolic) {
    writeString(value.value)
  } else if (value instanceof DbPointer) {
    writeString(value.namespace)
    reserve(12)
    at += out.write(value.id.raw, at, 'latin1')
  } else if (value instanceof Code) {
    writeCode(value, depth)
  } else if (!(value instanceof Marker)) {
    throw new TypeError('This is not a BSON value')
  }
}

function writeCode(value: Code, depth: number): void {
  if (!value.scope) {
    writeString(value.code)
    return
  }
  const start = at
  reserve(4)
  at += 4
  writeString(value.code)
  writeDoc(value.scope, depth)
  putInt32(start, at - start)
}
