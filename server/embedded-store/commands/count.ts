import { isDoc, newDoc, type Value } from '../bson-types.ts'
import { countKeys, countsByKeys, eachRow } from '../count-rows.ts'
import { decode } from '../decode.ts'
import { documentBytesMax } from '../document-writer.ts'
import { StoreError } from '../errors.ts'
import { encodeComponent, rawValue } from '../key-encoding.ts'
import { parsePath, type Path } from '../paths.ts'
import { countOption, openQuery, planQuery, type Query } from '../query.ts'
import { docOf, type Store } from '../store.ts'
import {
  collectionName,
  deadlineOf,
  docField,
  expressionContext,
  hintField,
  numberField,
  refuseCollation,
  type Command,
} from './command.ts'

/** Counts documents; without a query from the collection's running total. */
export const count: Command = {
  fields: ['query', 'limit', 'skip', 'hint', 'fields', 'collation'],
  async run(call) {
    const { store, db, body } = call
    const name = collectionName(call)
    refuseCollation(body['collation'])
    const query: Query = {
      filter: docField(call, 'query') ?? newDoc(),
      hint: hintField(body['hint']),
      context: expressionContext(call),
    }
    const skip = countOption(numberField(call, 'skip'), 'skip')
    const limit = Math.abs(numberField(call, 'limit') ?? 0) || Infinity
    const found = await countMatching(store, `${db}.${name}`, query, deadlineOf(call), skip + limit)
    return docOf({ n: Math.min(Math.max(found - skip, 0), limit), ok: 1 })
  },
}

/** How many documents a query finds; where there are more than `max`, some number from there on. */
export async function countMatching(
  store: Store,
  ns: string,
  query: Query,
  deadline: number,
  max = Infinity,
): Promise<number> {
  const collection = store.catalog.find(ns)
  const planned = planQuery(store, collection, query)
  if (!collection || !planned) return 0
  if (planned.plan.kind === 'scan' && planned.plan.exact) return collection.count
  if (countsByKeys(planned.plan)) return countKeys(store.db, planned.plan, max, deadline)
  let found = 0
  await eachRow(planned.open(), deadline, () => ++found < max)
  return found
}

/** The different values of a field, arrays taken apart. */
export const distinct: Command = {
  fields: ['key', 'query', 'collation', 'hint'],
  async run(call) {
    const { store, db, body } = call
    const name = collectionName(call)
    refuseCollation(body['collation'])
    const key = body['key']
    if (typeof key !== 'string' || key === '') {
      throw new StoreError('TypeMismatch', "BSON field 'distinct.key' must be a string that is not empty")
    }
    const path = parsePath(key)
    const values = new Map<string, Value>()
    let bytes = 0
    const source = openQuery(store, store.catalog.find(`${db}.${name}`), {
      filter: docField(call, 'query') ?? newDoc(),
      hint: hintField(body['hint']),
      context: expressionContext(call),
    })
    await eachRow(source, deadlineOf(call), (doc) => {
      for (const value of valuesAt(decode(doc), path, 0)) {
        const id = encodeComponent(rawValue(value)).toString('latin1')
        if (values.has(id)) continue
        bytes += id.length + 8
        if (bytes > documentBytesMax) throw new StoreError(17217, 'distinct too big, 16mb cap')
        values.set(id, value)
      }
    })
    return docOf({ values: Array.from(values.values()), ok: 1 })
  },
}

function* valuesAt(value: Value | undefined, path: Path, depth: number): Generator<Value> {
  if (depth === path.keys.length) {
    if (Array.isArray(value)) yield* value
    else if (value !== undefined) yield value
    return
  }
  if (Array.isArray(value)) {
    const position = path.indexes[depth] ?? -1
    if (position >= 0 && value[position] !== undefined) yield* valuesAt(value[position], path, depth + 1)
    for (const item of value) if (isDoc(item)) yield* valuesAt(item, path, depth)
  } else if (isDoc(value)) {
    yield* valuesAt(value[path.keys[depth] ?? ''], path, depth + 1)
  }
}
