import type { PipelineContext } from './aggregate.ts'
import { StoreError } from './errors.ts'
import { fieldKey, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { wholeNumber } from './arithmetic.ts'
import { isNumeric } from './compare-values.ts'
import { drain, mapped } from './doc-source.ts'
import type { DocSource } from './doc-source.ts'
import { compileExpression } from './expression.ts'
import { groupKey } from './group-key.ts'
import { splitLeading } from './leading-stages.ts'
import { equalsAny, localValues } from './lookup-stage.ts'
import { compileFilter } from './match.ts'
import { parsePath } from './paths.ts'
import type { Path } from './paths.ts'
import { setPath } from './set-path.ts'

const required = ['from', 'startWith', 'connectFromField', 'connectToField', 'as']
const optional = ['maxDepth', 'depthField', 'restrictSearchWithMatch']

interface Search {
  readonly from: string
  readonly start: (doc: Doc) => Value | undefined
  readonly connectFrom: Path
  readonly connectTo: string
  readonly as: readonly string[]
  readonly depthMax: number
  readonly depthKeys: readonly string[] | undefined
  readonly restriction: Doc | undefined
}

/**
 * `$graphLookup`: follows references through another collection, breadth first, each document once. Every level is
 * one query.
 */
export function graphLookupStage(operand: Value, context: PipelineContext): (source: DocSource) => DocSource {
  const search = searchOf(operand, context)
  return (source) => mapped(source, (doc) => setPath(doc, search.as, reachable(search, doc, context)))
}

function reachable(search: Search, doc: Doc, context: PipelineContext): Doc[] {
  const found: Doc[] = []
  const seenIds = new Set<string>()
  const asked = new Set<string>()
  const start = search.start(doc)
  let frontier: readonly Value[] = Array.isArray(start) ? start : [start ?? null]
  for (let depth = 0; depth <= search.depthMax; depth++) {
    const wanted = frontier.filter((value) => isFresh(asked, groupKey(value)))
    if (wanted.length === 0) break
    const next: Value[] = []
    for (const other of drain(read(search, wanted, context))) {
      if (!isFresh(seenIds, groupKey(other['_id']))) continue
      found.push(search.depthKeys ? setPath(other, search.depthKeys, BigInt(depth)) : other)
      for (const value of localValues(other, search.connectFrom)) if (value !== null) next.push(value)
    }
    frontier = next
  }
  return found
}

/** Whether a key was not seen before; it is from now on. */
function isFresh(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false
  seen.add(key)
  return true
}

function read(search: Search, wanted: readonly Value[], context: PipelineContext): DocSource {
  const filter = newDoc()
  const condition = equalsAny(search.connectTo, wanted)
  filter['$and'] = search.restriction ? [condition, search.restriction] : [condition]
  const match = newDoc()
  match['$match'] = filter
  return context.read(search.from, splitLeading([match]), context)
}

function searchOf(operand: Value, context: PipelineContext): Search {
  if (!isDoc(operand))
    throw new StoreError('FailedToParse', 'the $graphLookup stage specification must be an object')
  const extra = Object.keys(operand).find((key) => !required.includes(key) && !optional.includes(key))
  if (extra) throw new StoreError(40104, `unknown argument to $graphLookup: ${extra}`)
  const { startWith, maxDepth, restrictSearchWithMatch: restriction } = operand
  if (startWith === undefined) throw missing('startWith')
  if (restriction !== undefined && !isDoc(restriction)) {
    throw new StoreError(40185, 'restrictSearchWithMatch must be an object')
  }
  if (restriction) compileFilter(restriction, context)
  return {
    from: textOf(operand, 'from'),
    start: compileExpression(startWith, context),
    connectFrom: parsePath(textOf(operand, 'connectFromField')),
    connectTo: textOf(operand, 'connectToField'),
    as: textOf(operand, 'as').split('.').map(fieldKey),
    depthMax: maxDepth === undefined ? Infinity : depthOf(maxDepth),
    depthKeys:
      operand['depthField'] === undefined
        ? undefined
        : textOf(operand, 'depthField').split('.').map(fieldKey),
    restriction,
  }
}

function missing(name: string): StoreError {
  return new StoreError(40105, `$graphLookup requires '${name}'`)
}

function textOf(spec: Doc, name: string): string {
  const value = spec[name]
  if (value === undefined) throw missing(name)
  if (typeof value === 'string') return value
  throw new StoreError(40103, `expected string as argument for ${name} of $graphLookup`)
}

function depthOf(value: Value): number {
  const depth = isNumeric(value) ? wholeNumber(value) : undefined
  if (depth === undefined || depth < 0n) {
    throw new StoreError(40101, 'maxDepth of $graphLookup requires a nonnegative whole number')
  }
  return Number(depth)
}
