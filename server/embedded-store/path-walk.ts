import { isDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import type { Path } from './paths.ts'

/** Where a filter notes which array element made it match, for the positional `$`; -1 when none did. */
export interface Trace {
  position: number
}

/** A compiled condition on a document. */
export type Predicate = (doc: Doc, trace: Trace | undefined) => boolean

/** A question about one value that may note where in it the answer was found. */
export type TracingTest = (value: Value | undefined, trace: Trace | undefined) => boolean

/**
 * Whether some value a path leads to passes a test. `intoArray` says whether an array at its end is tested element by
 * element first, or only as a whole.
 */
export function somewhere(path: Path, test: TracingTest, intoArray: boolean): Predicate {
  const [key] = path.keys
  const atLeaf = intoArray ? leafTest(test) : test
  if (path.keys.length === 1 && key !== undefined) {
    return (doc, trace) => {
      const value = doc[key]
      return typeof value === 'object' ? atLeaf(value, trace) : test(value, trace)
    }
  }
  return (doc, trace) => walk(doc, 0, path, test, atLeaf, trace)
}

function leafTest(test: TracingTest): TracingTest {
  return (value, trace) => {
    if (!Array.isArray(value)) return test(value, trace)
    for (let index = 0; index < value.length; index++) {
      if (!test(value[index], trace)) continue
      if (trace) trace.position = index
      return true
    }
    return test(value, trace)
  }
}

/**
 * Goes down from `node` and asks every value the path leads to, until one answers yes. An array on the way is
 * entered element by element; elements that are no documents lead nowhere (not even to a missing field).
 */
function walk(
  node: Doc | readonly Value[],
  depth: number,
  path: Path,
  test: TracingTest,
  atLeaf: TracingTest,
  trace: Trace | undefined,
): boolean {
  const last = path.keys.length - 1
  let current: Doc | readonly Value[] = node
  for (let at = depth; ; at++) {
    const value: Value | undefined = Array.isArray(current)
      ? current[path.indexes[at] ?? -1]
      : fieldOf(current, path.keys[at] ?? '')
    if (at === last) return atLeaf(value, trace)
    if (Array.isArray(value)) return walkElements(value, at + 1, path, test, atLeaf, trace)
    if (!isDoc(value)) return test(undefined, trace)
    current = value
  }
}

function fieldOf(node: Doc | readonly Value[], key: string): Value | undefined {
  return isArrayNode(node) ? undefined : node[key]
}

function isArrayNode(node: Doc | readonly Value[]): node is readonly Value[] {
  return Array.isArray(node)
}

function walkElements(
  items: readonly Value[],
  depth: number,
  path: Path,
  test: TracingTest,
  atLeaf: TracingTest,
  trace: Trace | undefined,
): boolean {
  const wantedIndex = path.indexes[depth]
  const isLast = depth === path.keys.length - 1
  for (let index = 0; index < items.length; index++) {
    const item = items[index]
    let matched = isDoc(item) && walk(item, depth, path, test, atLeaf, trace)
    if (!matched && wantedIndex === index) {
      if (isLast) matched = test(item, trace)
      else if (isDoc(item) || Array.isArray(item)) matched = walk(item, depth + 1, path, test, atLeaf, trace)
    }
    if (!matched) continue
    if (trace) trace.position = index
    return true
  }
  return false
}
