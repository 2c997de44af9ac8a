import { StoreError } from './errors.ts'
import { fieldKey, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { isNullish } from './compare-values.ts'
import type { DocSource } from './doc-source.ts'
import { isTruthy } from './is-truthy.ts'
import { setPath } from './set-path.ts'
import { typeName } from './type-name.ts'

/** `$unwind`: one document per element of an array. */
export function unwindStage(operand: Value): (source: DocSource) => DocSource {
  const spec = specOf(operand)
  return (source) => {
    let waiting: Doc[] = []
    let at = 0
    return {
      next() {
        if (at < waiting.length) return waiting[at++]
        const doc = source.next()
        if (!doc) return doc
        waiting = unwound(doc, spec)
        at = 0
        return waiting[at++] ?? null
      },
    }
  }
}

interface Unwind {
  readonly keys: readonly string[]
  readonly indexKeys: readonly string[] | undefined
  readonly keepsEmpty: boolean
}

function specOf(operand: Value): Unwind {
  const spec: Doc = isDoc(operand) ? operand : Object.assign(newDoc(), { path: operand })
  const extra = Object.keys(spec).find(
    (key) => !['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(key),
  )
  if (extra) throw new StoreError(28811, `unrecognized option to $unwind stage: ${extra}`)
  const { path, includeArrayIndex, preserveNullAndEmptyArrays: keep } = spec
  if (path === undefined) throw new StoreError(28812, 'no path specified to $unwind stage')
  if (typeof path !== 'string') {
    throw new StoreError(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`)
  }
  if (!path.startsWith('$')) {
    throw new StoreError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`)
  }
  if (keep !== undefined && typeof keep !== 'boolean') {
    throw new StoreError(
      28809,
      'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage',
    )
  }
  if (
    includeArrayIndex !== undefined &&
    (typeof includeArrayIndex !== 'string' || includeArrayIndex === '')
  ) {
    throw new StoreError(
      28810,
      'expected a non-empty string for the includeArrayIndex option to $unwind stage',
    )
  }
  return {
    keys: path.slice(1).split('.').map(fieldKey),
    indexKeys: includeArrayIndex?.split('.').map(fieldKey),
    keepsEmpty: isTruthy(keep),
  }
}

function unwound(doc: Doc, { keys, indexKeys, keepsEmpty }: Unwind): Doc[] {
  let value: Value | undefined = doc
  for (const key of keys) value = isDoc(value) ? value[key] : undefined
  const withIndex = (result: Doc, index: Value): Doc =>
    indexKeys ? setPath(result, indexKeys, index) : result
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item, index) => withIndex(setPath(doc, keys, item), BigInt(index)))
  }
  if (isNullish(value) || Array.isArray(value)) {
    if (!keepsEmpty) return []
    return [withIndex(Array.isArray(value) ? setPath(doc, keys, undefined) : doc, null)]
  }
  return [withIndex(doc, null)]
}
