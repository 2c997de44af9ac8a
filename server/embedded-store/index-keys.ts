import { StoreError } from './errors.ts'
import { KeyWriter } from './key-encoding.ts'
import { bsonType, elementsOf, findField, type RawValue } from './raw-bson.ts'

/** One field of an index: its dotted path, cut into names, and its direction. */
export interface IndexField {
  readonly path: string
  readonly names: readonly Buffer[]
  readonly descending: boolean
  /** The path has a number in it, which may be a position in an array or a field's name. */
  readonly positional: boolean
}

/** The keys one document has in one index. */
export interface DocumentKeys {
  /** The whole keys, prefix and tail included, each once. */
  keys: Buffer[]
  /** An array lay on one of the paths, so a document can have several keys or a key that is not its whole value. */
  multikey: boolean
  /** A value was cut to what a double can hold: equal keys need not mean equal values. */
  inexact: boolean
  /** No field of the index exists in the document (a sparse index leaves it out). */
  absent: boolean
  /** Where asked for: the values behind each key, in the order the keys were made (before doubles were removed). */
  values: { key: Buffer; values: (RawValue | undefined)[] }[] | undefined
}

/** What stands around the components of a key: the prefix of its index and, unless it is unique, the record number. */
export interface KeyFrame {
  readonly prefix: Buffer
  readonly tail: Buffer | undefined
}

/** The fields of an index key pattern, ready for `documentKeys`. */
export function indexFields(pattern: Iterable<readonly [string, number]>): IndexField[] {
  return Array.from(pattern, ([path, direction]) => ({
    path,
    names: path.split('.').map((name) => Buffer.from(name)),
    descending: direction < 0,
    positional: path.split('.').some((name) => /^\d+$/.test(name)),
  }))
}

/** Where the walk along one field's path has come to. */
interface Step {
  readonly value: RawValue | undefined
  readonly depth: number
}

const empty = Buffer.alloc(0)

/** MongoDB's CannotIndexParallelArrays. */
const parallelArrays = 171
const emptyArray: RawValue = { type: bsonType.undefined, bytes: empty, start: 0, end: 0 }

/** Computes the index keys of one raw document, as MongoDB does: one per element where an array lies on the path. */
export function documentKeys(
  doc: Buffer,
  fields: readonly IndexField[],
  frame: KeyFrame,
  writer: KeyWriter,
  withValues = false,
): DocumentKeys {
  const found: DocumentKeys = {
    keys: [],
    multikey: false,
    inexact: false,
    absent: true,
    values: withValues ? [] : undefined,
  }
  if (putPlain(doc, fields, frame, writer, found)) return found

  found.absent = true
  const root: RawValue = { type: bsonType.object, bytes: doc, start: 0, end: doc.length }
  expand(
    fields,
    fields.map(() => ({ value: root, depth: 0 })),
    frame,
    writer,
    found,
  )
  if (found.keys.length > 1) found.keys = distinct(found.keys)
  return found
}

/** The common case, several times faster: every field is a top-level one and none holds an array. */
function putPlain(
  doc: Buffer,
  fields: readonly IndexField[],
  frame: KeyFrame,
  writer: KeyWriter,
  found: DocumentKeys,
): boolean {
  if (found.values) return false
  writer.begin(frame.prefix)
  for (const field of fields) {
    const name = field.names[0]
    if (name === undefined || field.names.length > 1) return false
    const value = findField(doc, 0, name)
    if (value !== undefined) {
      if (value.type === bsonType.array) return false
      found.absent = false
    }
    writer.component(value, field.descending)
  }
  if (frame.tail) writer.bytes(frame.tail)
  found.inexact = writer.inexact
  found.keys.push(writer.finish())
  return true
}

function expand(
  fields: readonly IndexField[],
  steps: readonly Step[],
  frame: KeyFrame,
  writer: KeyWriter,
  found: DocumentKeys,
): void {
  const walked = Array<Step>()
  let array: RawValue | undefined
  let arrayField = ''
  for (const [i, field] of fields.entries()) {
    const step = walk(field, steps[i] ?? { value: undefined, depth: 0 })
    walked.push(step)
    if (!isOpenArray(step)) continue
    if (array && array.start !== step.value?.start) {
      const message = `cannot index parallel arrays [${arrayField}] [${field.path}]`
      throw new StoreError(parallelArrays, message)
    }
    array = step.value
    arrayField = field.path
  }
  if (!array) return put(fields, walked, frame, writer, found)

  found.multikey = true
  const elements = elementsOf(array.bytes, array.start)
  if (elements.length === 0) elements.push(emptyArray)
  for (const element of elements) {
    expand(
      fields,
      walked.map((step, i) =>
        isOpenArray(step) ? inside(step, element, fields[i]?.names.length ?? 0) : step,
      ),
      frame,
      writer,
      found,
    )
  }
}

/** A finished step has depth -1: its value is the component itself, even if that value is an array. */
function inside(step: Step, element: RawValue, depthMax: number): Step {
  if (step.depth === depthMax) return { value: element, depth: -1 }
  return element.type === bsonType.object
    ? { value: element, depth: step.depth }
    : { value: undefined, depth: -1 }
}

function isOpenArray(step: Step): boolean {
  return step.depth >= 0 && step.value?.type === bsonType.array
}

function walk(field: IndexField, from: Step): Step {
  let { value, depth } = from
  if (depth < 0) return from
  while (depth < field.names.length) {
    if (value === undefined) return { value, depth: -1 }
    const name = field.names[depth] ?? empty
    if (value.type === bsonType.object) {
      value = findField(value.bytes, value.start, name)
      depth++
    } else if (value.type === bsonType.array) {
      const positional = isPosition(name) ? findField(value.bytes, value.start, name) : undefined
      if (!positional) return { value, depth }
      value = positional
      depth++
    } else {
      return { value: undefined, depth: -1 }
    }
  }
  return { value, depth }
}

function isPosition(name: Buffer): boolean {
  return name.length > 0 && name.every((byte) => byte >= 0x30 && byte <= 0x39)
}

function put(
  fields: readonly IndexField[],
  steps: readonly Step[],
  frame: KeyFrame,
  writer: KeyWriter,
  found: DocumentKeys,
): void {
  writer.begin(frame.prefix)
  for (const [i, field] of fields.entries()) {
    const value = steps[i]?.value
    if (value !== undefined) found.absent = false
    writer.component(value, field.descending)
  }
  if (frame.tail) writer.bytes(frame.tail)
  if (writer.inexact) found.inexact = true
  const key = writer.finish()
  found.keys.push(key)
  found.values?.push({ key, values: steps.map((step) => step.value) })
}

function distinct(keys: Buffer[]): Buffer[] {
  keys.sort((a, b) => a.compare(b))
  return keys.filter((key, i) => i === 0 || !key.equals(keys[i - 1] ?? empty))
}

const sortWriter = new KeyWriter()

/**
 * What a document is sorted by: its key in the sort's fields. Where arrays give several keys it is the first of them,
 * which for an ascending field is the smallest element and for a descending one the greatest.
 */
export function sortKey(doc: Buffer, fields: readonly IndexField[]): Buffer {
  try {
    return documentKeys(doc, fields, { prefix: empty, tail: undefined }, sortWriter).keys[0] ?? empty
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== parallelArrays) throw error
    throw new StoreError('BadValue', 'cannot sort with keys that are parallel arrays')
  }
}
