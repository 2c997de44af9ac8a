import { StoreError } from './errors.ts'
import { bsonUndefined, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { toDouble } from './arithmetic.ts'
import { compareValues, isNumeric } from './compare-values.ts'
import { parsePath } from './paths.ts'
import type { Path } from './paths.ts'

/** A compiled sort order. */
export interface Sort {
  readonly fields: readonly { readonly path: string; readonly direction: 1 | -1 }[]
  /** What a document is sorted by: compute it once per document, then compare with `compareKeys`. */
  keyOf(doc: Doc): Value[]
  compareKeys(left: readonly Value[], right: readonly Value[]): number
  /** The documents in order; equal ones stay as they were. */
  sorted(docs: Iterable<Doc>): Doc[]
}

/**
 * Compiles a sort document such as `{ dueAt: 1, priority: -1 }`. Where an array lies on a path, a document is sorted
 * by its smallest element going up and its largest going down, an empty array before null, as MongoDB does.
 */
export function compileSort(spec: Doc): Sort {
  const fields = Object.keys(spec).map((key) => {
    const path = parsePath(fieldName(key))
    if (path.keys.includes('')) {
      throw new StoreError(15998, 'FieldPath field names may not be empty strings.')
    }
    return { path, direction: directionOf(spec[key]) }
  })
  if (fields.length === 0) throw new StoreError(15976, '$sort stage must have at least one sort key')
  const compareKeys = (left: readonly Value[], right: readonly Value[]): number => {
    for (let index = 0; index < fields.length; index++) {
      const order = compareValues(left[index], right[index])
      if (order !== 0) return fields[index]?.direction === 1 ? order : -order
    }
    return 0
  }
  const paths = fields.map(({ path }) => path)
  const keyOf = (doc: Doc): Value[] => plainKey(doc, paths) ?? smallestKey(arrayKeys(doc, paths), compareKeys)
  return {
    fields: fields.map(({ path, direction }) => ({ path: path.text, direction })),
    keyOf,
    compareKeys,
    sorted: (docs) =>
      Array.from(docs, (doc) => ({ doc, key: keyOf(doc) }))
        .sort((left, right) => compareKeys(left.key, right.key))
        .map(({ doc }) => doc),
  }
}

function directionOf(value: Value | undefined): 1 | -1 {
  const direction = isNumeric(value) ? toDouble(value) : undefined
  if (direction === 1 || direction === -1) return direction
  if (isDoc(value)) {
    throw new StoreError('CommandNotSupported', 'Sorting by $meta is not served by the embedded store')
  }
  throw new StoreError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
}

/** The order of array elements in `$push … $sort` and `$sortArray`: by whole value, or by fields of documents. */
export function compileElementOrder(sortBy: Value): (left: Value, right: Value) => number {
  if (isDoc(sortBy)) {
    const sort = compileSort(sortBy)
    const keyOf = (item: Value): Value[] => sort.keyOf(isDoc(item) ? item : newDoc())
    return (left, right) => sort.compareKeys(keyOf(left), keyOf(right))
  }
  const direction = directionOf(sortBy)
  return (left, right) => compareValues(left, right) * direction
}

/** The key of a document without arrays on the paths; undefined when there are some. */
function plainKey(doc: Doc, paths: readonly Path[]): Value[] | undefined {
  const key: Value[] = []
  for (const path of paths) {
    let value: Value | undefined = doc
    for (const name of path.keys) {
      value = isDoc(value) ? value[name] : undefined
      if (Array.isArray(value)) return undefined
    }
    key.push(value ?? null)
  }
  return key
}

function smallestKey(
  keys: readonly Value[][],
  compareKeys: (left: readonly Value[], right: readonly Value[]) => number,
): Value[] {
  return keys.reduce((best, key) => (compareKeys(key, best) < 0 ? key : best))
}

/** How far the walk along one path has come: at a value (nothing left to walk), or before an array. */
interface Walk {
  readonly value: Value | undefined
  readonly depth: number
}

/** All the keys of a document whose paths meet an array: one per element, taken along all paths at once. */
function arrayKeys(doc: Doc, paths: readonly Path[]): Value[][] {
  const keys: Value[][] = []
  const expand = (walks: readonly Walk[]): void => {
    const reached = walks.map((walk, index) => walkOn(walk, paths[index]))
    const arrays = new Set(reached.map(({ value, depth }) => (depth >= 0 ? value : undefined)))
    arrays.delete(undefined)
    const [array] = arrays
    if (arrays.size > 1) throw new StoreError('BadValue', 'cannot sort with keys that are parallel arrays')
    if (!Array.isArray(array)) {
      keys.push(reached.map(({ value }) => value ?? null))
      return
    }
    const elements: (Value | undefined)[] = array.length > 0 ? array : [undefined]
    for (const element of elements) {
      expand(
        reached.map((walk, index) => {
          if (walk.depth < 0) return walk
          const atEnd = walk.depth === paths[index]?.keys.length
          // An empty array sorts as the deprecated undefined, which comes before null.
          if (atEnd) return { value: array.length > 0 ? element : bsonUndefined, depth: -1 }
          return isDoc(element) ? { value: element, depth: walk.depth } : { value: undefined, depth: -1 }
        }),
      )
    }
  }
  expand(paths.map(() => ({ value: doc, depth: 0 })))
  return keys
}

/** Walks through documents up to the next array; depth -1 says that the value is final. */
function walkOn(walk: Walk, path: Path | undefined): Walk {
  if (walk.depth < 0 || !path) return walk
  let { value } = walk
  for (let depth = walk.depth; depth < path.keys.length; depth++) {
    if (Array.isArray(value)) {
      const index = path.indexes[depth] ?? -1
      if (index < 0) return { value, depth }
      value = value[index]
    } else {
      value = isDoc(value) ? value[path.keys[depth] ?? ''] : undefined
    }
  }
  return Array.isArray(value) ? { value, depth: path.keys.length } : { value, depth: -1 }
}
