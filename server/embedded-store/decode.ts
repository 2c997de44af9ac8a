import { StoreError } from './errors.ts'
import {
  Binary,
  Code,
  DbPointer,
  Decimal,
  Double,
  ObjectId,
  Regex,
  Symbolic,
  Timestamp,
  WideDate,
  bsonUndefined,
  fieldKey,
  maxKey,
  minKey,
  newDoc,
} from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import type { RawValue } from './raw-bson.ts'

/** Nesting beyond this is refused, as MongoDB does at about the same depth; recursion needs a bound. */
export const depthMax = 200

/** A stored document is nested less deep, as in MongoDB: an answer puts levels of its own around it. */
export const storedDepthMax = 180

/** The furthest a JavaScript date reaches, in milliseconds on either side of 1970. */
const dateMsMax = 8.64e15

// One decode runs at a time and none yields, so the cursor lives in the module instead of an object per call.
const nothing = Buffer.alloc(0)
let source: Buffer = nothing
let at = 0
let end = 0
let elementType = 0

/**
 * Reads one BSON document. Every type survives exactly (see `bson-types.ts`).
 * Binary values share memory with `bytes`: do not overwrite them afterwards.
 * @throws StoreError InvalidBSON when the bytes are not one whole document.
 */
export function decode(bytes: Uint8Array): Doc {
  return open(bytes, () => readDoc(0))
}

/**
 * Reads only the named top-level fields (names, not paths) and steps over the rest: the cheap way to evaluate a
 * filter that looks at a few fields of a large document.
 */
export function decodeFields(bytes: Uint8Array, names: ReadonlySet<string>): Doc {
  return open(bytes, () => {
    const doc = newDoc()
    const last = docEnd()
    let missing = names.size
    while (missing > 0 && nextElement(last)) {
      const key = readKey()
      if (names.has(key)) {
        doc[key] = readValue(elementType, 1)
        missing--
      } else {
        skipValue(elementType)
      }
    }
    return doc
  })
}

/** Reads one value of a document that is known to be whole. */
export function decodeValue({ type, bytes, start }: RawValue): Value {
  source = bytes
  at = start
  end = bytes.length
  try {
    return readValue(type, 1)
  } finally {
    source = nothing
  }
}

/** Calls `visit` with the key of each top-level field and where the field lies in `bytes`, its type and name included. */
export function eachTopField(
  bytes: Uint8Array,
  visit: (key: string, from: number, to: number) => void,
): void {
  open(bytes, () => {
    const last = docEnd()
    while (nextElement(last)) {
      const from = at - 1
      const key = readKey()
      skipValue(elementType)
      visit(key, from, at)
    }
  })
}

/**
 * Looks through all of a document that is to be stored as it came. What does not keep its own lengths here would break
 * every later read that comes by it.
 * @throws StoreError InvalidBSON, or Overflow when it is nested deeper than a document may be that is stored.
 */
export function checkWhole(bytes: Uint8Array): void {
  open(bytes, () => checkDoc(0))
}

function open<Result>(bytes: Uint8Array, read: () => Result): Result {
  source = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  at = 0
  end = source.length
  if (end < 5 || int32At(0) !== end) throw invalid('its length field does not match its size')
  try {
    return read()
  } finally {
    source = nothing
  }
}

function invalid(problem: string): StoreError {
  return new StoreError('InvalidBSON', `The bytes are not a BSON document: ${problem}`)
}

function int32At(position: number): number {
  const bytes = source
  return (
    (bytes[position] ?? 0) |
    ((bytes[position + 1] ?? 0) << 8) |
    ((bytes[position + 2] ?? 0) << 16) |
    ((bytes[position + 3] ?? 0) << 24)
  )
}

/** Enters a document: returns the position of its closing zero. */
function docEnd(): number {
  const length = int32At(at)
  const last = at + length - 1
  if (length < 5 || last >= end || source[last] !== 0) throw invalid('an embedded document is cut off')
  at += 4
  return last
}

/** Moves to the next element of a document that ends at `last`; false, and behind the document, at its end. */
function nextElement(last: number): boolean {
  if (at >= last) {
    if (at > last) throw invalid('an element reaches beyond its document')
    at++
    return false
  }
  elementType = source[at++] ?? 0
  return true
}

/** The error for a document with too many levels. */
export function tooDeep(levelsMax: number): StoreError {
  return new StoreError('Overflow', `The document is nested deeper than ${levelsMax} levels`)
}

function readDoc(depth: number): Doc {
  if (depth > depthMax) throw tooDeep(depthMax)
  const doc = newDoc()
  const last = docEnd()
  while (nextElement(last)) {
    const key = readKey()
    const type = elementType
    doc[key] = readValue(type, depth + 1)
  }
  return doc
}

function readArray(depth: number): Value[] {
  if (depth > depthMax) throw tooDeep(depthMax)
  const items: Value[] = []
  const last = docEnd()
  while (nextElement(last)) {
    const type = elementType
    skipCString()
    items.push(readValue(type, depth + 1))
  }
  return items
}

const keyCacheSize = 4096
const keyCache: (string | undefined)[] = new Array(keyCacheSize).fill(undefined)

/** Field names repeat in every document: a small cache by hash spares making the same string again and again. */
function readKey(): string {
  const start = at
  let hash = 0
  let position = at
  let byte = source[position] ?? 0
  while (byte !== 0) {
    hash = (hash * 31 + byte) | 0
    byte = source[++position] ?? 0
  }
  at = position + 1
  if (at > end) throw invalid('a field name is cut off')
  const slot = (hash ^ (hash >>> 12)) & (keyCacheSize - 1)
  const cached = keyCache[slot]
  if (cached !== undefined && isText(cached, start, position)) return cached
  const key = fieldKey(source.toString('utf8', start, position))
  if (key.length === position - start && key.length < 64) keyCache[slot] = key
  return key
}

function isText(text: string, start: number, stop: number): boolean {
  if (text.length !== stop - start) return false
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== source[start + index]) return false
  }
  return true
}

function skipCString(): void {
  const bytes = source
  let position = at
  while (bytes[position] !== 0) if (++position >= end) throw invalid('a name is cut off')
  at = position + 1
}

function readCString(): string {
  const start = at
  skipCString()
  return source.toString('utf8', start, at - 1)
}

/** Steps over a length-prefixed run of bytes and returns where it starts. */
function takeBytes(length: number): number {
  const start = at
  at += length
  if (length < 0 || at > end) throw invalid('a value reaches beyond the document')
  return start
}

function readInt32(): number {
  return int32At(takeBytes(4))
}

function readString(): string {
  const start = takeString()
  return source.toString('utf8', start, at - 1)
}

/** Steps over a string and returns where its text starts. */
function takeString(): number {
  const length = readInt32()
  if (length < 1) throw invalid('a string has no terminator')
  const start = takeBytes(length)
  if (source[at - 1] !== 0) throw invalid('a string has no terminator')
  return start
}

function readObjectId(): ObjectId {
  const start = takeBytes(12)
  return new ObjectId(source.toString('latin1', start, at))
}

function readDate(): Date | WideDate {
  const start = takeBytes(8)
  const ms = int32At(start + 4) * 4294967296 + (int32At(start) >>> 0)
  return ms >= -dateMsMax && ms <= dateMsMax ? new Date(ms) : new WideDate(source.readBigInt64LE(start))
}

function readBinary(): Binary {
  const length = readInt32()
  const subtype = source[takeBytes(1)] ?? 0
  const start = takeBytes(length)
  return new Binary(subtype, source.subarray(start, at))
}

function readDouble(): number | Double {
  const value = source.readDoubleLE(takeBytes(8))
  return (value | 0) === value && (value !== 0 || 1 / value > 0) ? new Double(value) : value
}

function readCodeWithScope(depth: number): Code {
  takeBytes(4)
  const code = readString()
  return new Code(code, readDoc(depth))
}

function readValue(type: number, depth: number): Value {
  switch (type) {
    case 2:
      return readString()
    case 16:
      return readInt32()
    case 9:
      return readDate()
    case 3:
      return readDoc(depth)
    case 4:
      return readArray(depth)
    case 7:
      return readObjectId()
    case 8:
      return source[takeBytes(1)] !== 0
    case 10:
      return null
    case 1:
      return readDouble()
    case 18:
      return source.readBigInt64LE(takeBytes(8))
    case 5:
      return readBinary()
    case 11: {
      const pattern = readCString()
      return new Regex(pattern, readCString())
    }
    case 17:
      return new Timestamp(source.readBigUInt64LE(takeBytes(8)))
    case 19:
      return new Decimal(Buffer.from(source.subarray(takeBytes(16), at)))
    case 6:
      return bsonUndefined
    case 12: {
      const namespace = readString()
      return new DbPointer(namespace, readObjectId())
    }
    case 13:
      return new Code(readString())
    case 14:
      return new Symbolic(readString())
    case 15:
      return readCodeWithScope(depth)
    case 127:
      return maxKey
    case 255:
      return minKey
    default:
      throw invalid(`there is no BSON type ${type}`)
  }
}

/** Steps over a value without making anything of it. */
function skipValue(type: number): void {
  switch (type) {
    case 6:
    case 10:
    case 127:
    case 255:
      return
    case 8:
      takeBytes(1)
      return
    case 16:
      takeBytes(4)
      return
    case 1:
    case 9:
    case 17:
    case 18:
      takeBytes(8)
      return
    case 7:
      takeBytes(12)
      return
    case 19:
      takeBytes(16)
      return
    case 2:
    case 13:
    case 14:
      takeBytes(readInt32())
      return
    case 3:
    case 4:
    case 15:
      takeBytes(int32At(at))
      return
    case 5:
      takeBytes(readInt32() + 1)
      return
    case 12:
      takeBytes(readInt32() + 12)
      return
    case 11:
      skipCString()
      skipCString()
      return
    default:
      throw invalid(`there is no BSON type ${type}`)
  }
}

function checkDoc(depth: number): void {
  if (depth > storedDepthMax) throw tooDeep(storedDepthMax)
  const last = docEnd()
  while (nextElement(last)) {
    const type = elementType
    skipCString()
    checkValue(type, depth + 1)
  }
}

function checkValue(type: number, depth: number): void {
  switch (type) {
    case 2:
    case 13:
    case 14:
      takeString()
      return
    case 3:
    case 4:
      checkDoc(depth)
      return
    case 5:
      checkBinary()
      return
    case 8:
      // Drivers refuse to read any other truth value.
      if ((source[takeBytes(1)] ?? 0) > 1) throw invalid('a boolean is neither true nor false')
      return
    case 12:
      takeString()
      takeBytes(12)
      return
    case 15:
      checkCodeWithScope(depth)
      return
    default:
      skipValue(type)
  }
}

function checkBinary(): void {
  const length = readInt32()
  const subtype = source[takeBytes(1)] ?? 0
  if (length < 0) throw invalid('a binary value has no length')
  const start = takeBytes(length)
  // The old form of binary values says its length a second time, inside.
  if (subtype === 2 && int32At(start) !== length - 4) throw invalid('a binary value has two lengths')
}

function checkCodeWithScope(depth: number): void {
  const start = at
  const length = readInt32()
  takeString()
  checkDoc(depth)
  if (at - start !== length) throw invalid('code with a scope has the wrong length')
}
