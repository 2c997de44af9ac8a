import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Decimal, Double, ObjectId, bsonUndefined, type Doc, type Value } from './bson-types.ts'
import { ridRange, type Collection } from './catalog.ts'
import { decode } from './decode.ts'
import { makeDecimal } from './decimal.ts'
import { tailOf } from './document-writer.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { changeDocument } from './change-document.ts'
import { compileFilter } from './match.ts'
import { planFilter, type Plan } from './plan.ts'
import { openQuery, planQuery, type Query } from './query.ts'
import { readSpecification } from './commands/index-specification.ts'
import { sortKey } from './index-keys.ts'
import { sortIndexFields } from './row-source.ts'
import { compileSort } from './sort.ts'
import { docOf, Store } from './store.ts'
import { compileUpdate } from './update.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'

const dir = makeDataDir()
const opened = Array<Store>()
afterAll(() => {
  for (const store of opened) store.close()
  rmSync(dir, { recursive: true })
})

const indexes = [
  { key: docOf({ a: 1 }), name: 'a' },
  { key: docOf({ a: 1, b: -1 }), name: 'a_b' },
  { key: docOf({ b: 1, c: 1, a: -1 }), name: 'b_c_a' },
  { key: docOf({ 'd.e': 1 }), name: 'de' },
  { key: docOf({ 'd.e': -1, 'd.f': 1, a: 1 }), name: 'de_df_a' },
  { key: docOf({ c: -1 }), name: 'c', sparse: true },
  { key: docOf({ f: 1 }), name: 'f', partialFilterExpression: docOf({ a: docOf({ $gte: 2 }) }) },
  {
    key: docOf({ u: 1 }),
    name: 'u',
    unique: true,
    partialFilterExpression: docOf({ u: docOf({ $exists: true }) }),
  },
]

function storeWithIndexes(name: string): { store: Store; collection: () => Collection } {
  const store = new Store(join(dir, name))
  opened.push(store)
  store.db.begin()
  const collection = store.collectionForWrite('t', 'docs')
  for (const spec of indexes) store.catalog.addIndex(collection, readSpecification(docOf(spec)))
  store.db.commit()
  return { store, collection: () => store.collectionForWrite('t', 'docs') }
}

const oid = ObjectId.fromHex('0123456789abcdef01234567')
const scalar = fc.constantFrom<Value>(
  null,
  0,
  1,
  2,
  3,
  4,
  5,
  -1,
  2.5,
  new Double(2),
  3n,
  9007199254740993n,
  9007199254740992n,
  NaN,
  'a',
  'ab',
  'abc',
  'b',
  '',
  'a\0b',
  'a\u0001',
  'ż',
  true,
  false,
  new Date(0),
  new Date(5),
  new Date(-5),
  oid,
  bsonUndefined,
  makeDecimal({ kind: 'finite', coefficient: 25n, exponent: -1 }),
)
const small = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Value>(1, 2, 3, 4, 5, null, 'a', 'ab') },
  { weight: 3, arbitrary: scalar },
)
const inner = fc.record({ e: small, f: small }, { requiredKeys: [] }).map((one) => docOf(one))
const messy = fc.oneof(
  { weight: 8, arbitrary: small },
  { weight: 1, arbitrary: fc.array(small, { maxLength: 3 }) },
  { weight: 1, arbitrary: inner },
)
const embedded = fc.oneof(
  { weight: 4, arbitrary: inner.map((one): Value => one) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.oneof(
          inner.map((one): Value => one),
          small,
        ),
        { maxLength: 3 },
      )
      .map((list): Value => list),
  },
  { weight: 1, arbitrary: small },
)
/** Without arrays and decimals the indexes can give an order and prove a filter; both kinds are tried. */
const plain = small.filter((value) => !(value instanceof Decimal))
const plainInner = fc.record({ e: plain, f: plain }, { requiredKeys: [] }).map((one) => docOf(one))
const plainDoc = fc
  .record({ a: plain, b: plain, c: plain, d: plainInner, f: plain }, { requiredKeys: [] })
  .map((one) => docOf(one))
const messyDoc = fc
  .record({ a: messy, b: messy, c: messy, d: embedded, f: messy }, { requiredKeys: [] })
  .map((one) => docOf(one))

/** A filter may not compare with BSON's undefined. */
const operand = small.filter((value) => value !== bsonUndefined)
const comparison = fc.oneof(
  operand.map((value) => docOf({ $eq: value })),
  operand.map((value) => docOf({ $gt: value })),
  operand.map((value) => docOf({ $gte: value })),
  operand.map((value) => docOf({ $lt: value })),
  operand.map((value) => docOf({ $lte: value })),
  operand.map((value) => docOf({ $ne: value })),
  fc.tuple(operand, operand).map(([low, high]) => docOf({ $gte: low, $lt: high })),
  fc.array(operand, { maxLength: 4 }).map((list) => docOf({ $in: list })),
  fc.array(operand, { maxLength: 2 }).map((list) => docOf({ $nin: list })),
  fc.boolean().map((exists) => docOf({ $exists: exists })),
  fc.array(operand, { minLength: 1, maxLength: 2 }).map((list) => docOf({ $all: list })),
  fc.tuple(operand, operand).map(([low, high]) => docOf({ $elemMatch: docOf({ $gte: low, $lte: high }) })),
  operand.map((value) => docOf({ $not: docOf({ $gt: value }) })),
)
const condition = fc.oneof(
  { weight: 3, arbitrary: operand },
  { weight: 4, arbitrary: comparison.map((doc): Value => doc) },
)
const path = fc.constantFrom('a', 'b', 'c', 'd.e', 'd.f', 'd', 'f', 'u', '_id')
const clause = fc.dictionary(path, condition, { minKeys: 0, maxKeys: 3 }).map((one) => docOf(one))
const elementClause = fc
  .tuple(operand, operand)
  .map(([e, f]) => docOf({ d: docOf({ $elemMatch: docOf({ e, f }) }) }))
const filter = fc.oneof(
  { weight: 5, arbitrary: clause },
  { weight: 1, arbitrary: elementClause },
  {
    weight: 3,
    arbitrary: fc
      .tuple(clause, fc.array(clause, { minLength: 1, maxLength: 3 }))
      .map(([one, or]) => withOr(one, or)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        clause,
        fc.array(clause, { minLength: 2, maxLength: 2 }),
        fc.array(clause, { minLength: 2, maxLength: 2 }),
      )
      .map(([one, or, other]) => docOf({ $and: [docOf({ $or: or }), one, docOf({ $or: other })] })),
  },
)
function withOr(one: Doc, or: Doc[]): Doc {
  const both = docOf(Object.fromEntries(Object.entries(one)))
  both['$or'] = or
  return both
}
const order = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd.e', 'f', '_id'), fc.constantFrom(1, -1)), {
    maxLength: 3,
  })
  .map((fields) => docOf(Object.fromEntries(fields)))
/** What asks for ranges merged in order: several points before the fields of the sort, and branches each in order. */
const several = fc.array(operand, { minLength: 2, maxLength: 4 }).map((list) => docOf({ $in: list }))
const mergeable = fc.oneof(
  fc.tuple(
    fc.array(fc.nat(160), { maxLength: 90 }).map((list) => docOf({ _id: docOf({ $in: list }) })),
    fc.constantFrom(docOf({ _id: 1 }), docOf({ _id: -1 }), docOf({ b: 1 })),
  ),
  fc.tuple(
    several.map((a) => docOf({ a })),
    fc.constantFrom(docOf({ b: 1 }), docOf({ b: -1 })),
  ),
  fc.tuple(
    fc.tuple(several, several).map(([b, c]) => docOf({ b, c })),
    fc.constantFrom(docOf({ a: 1 }), docOf({ a: -1 })),
  ),
  fc.tuple(
    fc.tuple(operand, several, operand).map(([b, c, a]) => docOf({ b, c, a: docOf({ $gt: a }) })),
    fc.constantFrom(docOf({ a: 1 }), docOf({ a: -1 })),
  ),
  fc.tuple(
    fc
      .tuple(operand, several, operand)
      .map(([one, list, high]) =>
        docOf({ $or: [docOf({ a: one }), docOf({ a: list, b: docOf({ $lte: high }) })] }),
      ),
    fc.constantFrom(docOf({ b: 1 }), docOf({ b: -1 }), docOf({ c: 1 })),
  ),
)
const question = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(filter, order) },
  { weight: 1, arbitrary: mergeable },
)
const window = fc.record({ skip: fc.constantFrom(0, 0, 0, 2), limit: fc.constantFrom(0, 0, 1, 3, 10) })

function insertAll(store: Store, collection: Collection, docs: readonly Doc[]): void {
  store.db.begin()
  for (const [i, doc] of docs.entries()) {
    const whole = docOf({ _id: i + 1, ...(i % 3 === 0 && { u: i }) })
    for (const key in doc) whole[key] = doc[key] ?? null
    try {
      store.writer.insert(collection, encode(whole))
    } catch (error) {
      // A compound index takes one array only; such a document is refused and not there to be found.
      if (!(error instanceof StoreError) || error.code !== 171) throw error
    }
  }
  store.catalog.saveTotals()
  store.db.commit()
}

function readAll(store: Store, collection: Collection, query: Query): Doc[] {
  const found = Array<Doc>()
  const source = openQuery(store, collection, query)
  for (let row = source.next(); row !== undefined; row = source.next()) if (row) found.push(decode(row.doc))
  return found
}

function fullScan(store: Store, collection: Collection, query: Query): Doc[] {
  const { from, to } = ridRange(collection.id)
  const accepts = compileFilter(query.filter)
  const all = store.db.documents(from, to, false, 1e6).map((row) => decode(row.doc))
  return all.filter((doc) => accepts(doc))
}

function ids(docs: readonly Doc[]): string[] {
  return docs.map((doc) => String(doc['_id']))
}

describe.each([
  ['plain documents', plainDoc, ['index in order', 'index merged', 'union', 'scan']],
  ['documents with arrays', messyDoc, ['index', 'union', 'scan']],
])('every plan over %s', (kind, document, kinds) => {
  it('finds what a look at every document finds, in the order asked for', () => {
    const { store, collection } = storeWithIndexes(`${kind.replaceAll(' ', '-')}.sqlite`)
    const documents = fc.sample(document, { numRuns: 150, seed: 7 })
    insertAll(store, collection(), documents)
    const plans = new Set<string>()
    fc.assert(
      fc.property(question, window, ([what, sort], { skip, limit }) => {
        const query: Query = { filter: what, sort }
        const expected = fullScan(store, collection(), query)
        let found = Array<Doc>()
        try {
          found = readAll(store, collection(), query)
        } catch (error) {
          // Two arrays have no common order; MongoDB refuses to sort by them too.
          if (error instanceof StoreError && error.message.includes('parallel arrays')) return
          throw error
        }
        const planned = planQuery(store, collection(), query)
        if (planned) plans.add(nameOf(planned.plan))
        expect(ids(found).toSorted()).toEqual(ids(expected).toSorted())
        expectOrder(found, sort)
        // With a window the same documents come up to ties, so what they are sorted by is compared.
        const part = readAll(store, collection(), { ...query, skip, limit })
        const wanted = Object.keys(sort).length > 0 ? sortedBy(expected, sort) : found
        const cut = wanted.slice(skip, limit === 0 ? undefined : skip + limit)
        expect(part.map((doc) => orderOf(doc, sort))).toEqual(cut.map((doc) => orderOf(doc, sort)))
        expect(part.length).toBe(cut.length)
      }),
      { numRuns: 600, seed: 11 },
    )
    // The run is worth something only where it has met every kind of plan.
    expect(Array.from(kinds).filter((kind) => !plans.has(kind))).toEqual([])
  }, 120_000)
})

function nameOf(plan: Plan): string {
  if (plan.kind !== 'index') return plan.kind
  if (plan.mergeAfter) return 'index merged'
  return plan.sorted && plan.exact ? 'index in order' : 'index'
}

function sortedBy(docs: readonly Doc[], sort: Doc): Doc[] {
  return compileSort(sort).sorted(docs)
}

function orderOf(doc: Doc, sort: Doc): string {
  const fields = Object.entries(sort).map(([key, direction]) => ({ path: key, descending: direction === -1 }))
  return fields.length === 0 ? '' : sortKey(encode(doc), sortIndexFields(fields)).toString('hex')
}

function expectOrder(docs: readonly Doc[], sort: Doc): void {
  if (Object.keys(sort).length === 0) return
  const compiled = compileSort(sort)
  const keys = docs.map((doc) => compiled.keyOf(doc))
  const wrong = keys.findIndex((key, i) => i > 0 && compiled.compareKeys(keys[i - 1] ?? [], key) > 0)
  expect(wrong).toBe(-1)
}

it('keeps index entries equal to what an index built anew would hold, whatever is written', () => {
  const { store, collection } = storeWithIndexes('entries.sqlite')
  insertAll(store, collection(), fc.sample(messyDoc, { numRuns: 120, seed: 3 }))
  const way = fc.constantFrom('remove', 'replace', '$set', '$unset', 'nested')
  const change = fc.record({ which: fc.nat(400), doc: messyDoc, way, u: fc.nat(60) })
  fc.assert(
    fc.property(change, ({ which, doc, way, u }) => {
      const { from, to } = ridRange(collection().id)
      const rows = store.db.documents(from, to, false, 1e6)
      const row = rows[which % rows.length]
      if (!row) return
      store.db.begin()
      try {
        if (way === 'remove') {
          if (rows.length > 40) store.writer.remove(collection(), row)
        } else {
          const next = docOf({ u })
          for (const key in doc) next[key] = doc[key] ?? null
          const nested = docOf({ 'a.b': u, 'b.0': doc['a'] ?? null })
          const specs = {
            replace: next,
            $set: docOf({ $set: next }),
            $unset: docOf({ $unset: doc }),
            nested: docOf({ $set: nested }),
          }
          const update = compileUpdate(specs[way], {})
          changeDocument(store, collection(), row, { test: undefined, update, unvalidated: false })
        }
      } catch (error) {
        // Refused (a taken unique key, two arrays in one index): then nothing may have changed, which is checked below.
        if (!(error instanceof StoreError)) throw error
      }
      store.db.commit()
      expect(entriesOf(store, collection())).toEqual(entriesAnew(store, collection()))
    }),
    { numRuns: 400, seed: 5 },
  )
}, 60_000)

function entriesOf(store: Store, collection: Collection): string[] {
  return collection.indexes.flatMap((index) =>
    store.db
      .entries(index.prefix, Buffer.concat([index.prefix, Buffer.of(0xff)]), false, 1e6)
      .map((entry) => `${entry.key.toString('hex')} ${entry.rid}`),
  )
}

function entriesAnew(store: Store, collection: Collection): string[] {
  const { from, to } = ridRange(collection.id)
  const rows = store.db.documents(from, to, false, 1e6)
  return collection.indexes.flatMap((index) =>
    rows
      .flatMap((row) =>
        store.writer
          .keysOf(index, row.doc, tailOf(collection, row.rid))
          .keys.map((key) => `${key.toString('hex')} ${row.rid}`),
      )
      .toSorted(),
  )
}

describe('keys', () => {
  it('sort as MongoDB compares values, whatever their types', () => {
    const compiled = compileSort(docOf({ a: 1 }))
    fc.assert(
      fc.property(fc.oneof(messy, scalar), fc.oneof(messy, scalar), (left, right) => {
        // An array is sorted by its elements; what is compared here is single values.
        if (
          Array.isArray(left) ||
          Array.isArray(right) ||
          left instanceof Decimal ||
          right instanceof Decimal
        )
          return
        const [a, b] = [docOf({ a: left }), docOf({ a: right })]
        const byKey = Buffer.compare(
          sortKey(encode(a), sortIndexFields([{ path: 'a', descending: false }])),
          sortKey(encode(b), sortIndexFields([{ path: 'a', descending: false }])),
        )
        expect(Math.sign(byKey)).toBe(Math.sign(compiled.compareKeys(compiled.keyOf(a), compiled.keyOf(b))))
      }),
      { numRuns: 5000, seed: 2 },
    )
  })
})

it('finds the next job to claim without walking over locked and finished ones', () => {
  const store = new Store(join(dir, 'claim.sqlite'))
  opened.push(store)
  store.db.begin()
  const collection = store.collectionForWrite('t', 'jobs')
  const lockKey = docOf({ name: 1, nextRunAt: 1, priority: -1, lockedAt: 1, disabled: 1 })
  const openKey = docOf({ name: 1, lockedAt: 1, nextRunAt: 1, priority: -1 })
  for (const [name, key] of Object.entries({ lockKey, openKey })) {
    store.catalog.addIndex(collection, readSpecification(docOf({ key, name })))
  }
  const now = new Date(10_000)
  for (let i = 0; i < 900; i++) {
    // Two of three are locked or finished, and sort before the one that is due.
    const state = [
      { lockedAt: now, nextRunAt: new Date(i) },
      { nextRunAt: null },
      { nextRunAt: new Date(9_000 - i) },
    ]
    store.writer.insert(collection, encode(docOf({ _id: i, name: 'send', priority: 0, ...state[i % 3] })))
  }
  store.db.commit()
  const due = docOf({ lockedAt: docOf({ $eq: null }), nextRunAt: docOf({ $lte: now }) })
  const abandoned = docOf({ lockedAt: docOf({ $lte: new Date(500) }) })
  const claim = docOf({ name: 'send', disabled: docOf({ $ne: true }), $or: [due, abandoned] })
  const planned = planQuery(store, collection, {
    filter: claim,
    sort: docOf({ nextRunAt: 1, priority: -1 }),
    limit: 1,
  })
  expect(planned?.plan).toMatchObject({
    kind: 'union',
    branches: [{ index: { name: 'openKey' } }, { index: { name: 'openKey' } }],
  })
  const source = planned?.open()
  let steps = 0
  let row = source?.next()
  for (; row === null; row = source?.next()) steps++
  expect(row && decode(row.doc)['_id']).toBe(899)
  expect(steps).toBeLessThan(30)
})

it('plans an _id that is a text as it plans the condition that says the same', () => {
  const collection = storeWithIndexes('text-ids').collection()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (id, more) => {
      const rest = more ? { a: 1 } : {}
      const plan = planFilter(collection, docOf({ _id: id, ...rest }))
      expect(plan).toEqual(planFilter(collection, docOf({ _id: docOf({ $eq: id }), ...rest })))
    }),
  )
})
