import type { Document } from 'bson'
import { Double, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import { compilePipeline } from './aggregate.ts'
import type { PipelineContext } from './aggregate.ts'
import type { Doc, Value } from './bson-types.ts'
import { drain, sourceOf } from './doc-source.ts'
import type { DocSource } from './doc-source.ts'
import { splitLeading } from './leading-stages.ts'
import type { LeadingStages } from './leading-stages.ts'
import { compileFilter } from './match.ts'
import { compileSort } from './sort.ts'
import { shown, stored, typed } from './testing/docs.ts'

type Collections = Readonly<Record<string, readonly Document[]>>

/** The simplest possible reader of collections: full scans over lists. */
function contextOf(collections: Collections, asked: string[] = []): PipelineContext {
  const read = (name: string, leading: LeadingStages, context: object): DocSource => {
    asked.push(name)
    const matches = compileFilter(leading.filter, context)
    let docs = (collections[name] ?? []).map(stored).filter((doc) => matches(doc))
    if (leading.sort) docs = compileSort(leading.sort).sorted(docs)
    return sourceOf(docs.slice(leading.skip, leading.limit > 0 ? leading.skip + leading.limit : undefined))
  }
  return { read }
}

function stagesOf(pipeline: readonly Document[]): Value[] {
  const stages = stored({ pipeline })['pipeline']
  return Array.isArray(stages) ? stages : []
}

function results(
  docs: readonly Document[],
  pipeline: readonly Document[],
  collections: Collections = {},
): Doc[] {
  return drain(compilePipeline(stagesOf(pipeline), contextOf(collections)).run(sourceOf(docs.map(stored))))
}

function aggregated(
  docs: readonly Document[],
  pipeline: readonly Document[],
  collections?: Collections,
): unknown {
  return results(docs, pipeline, collections).map(shown)
}

const sales = [
  { _id: 1, item: 'a', qty: 2, at: { day: 1 } },
  { _id: 2, item: 'b', qty: 5, at: { day: 1 } },
  { _id: 3, item: 'a', qty: 3, at: { day: 2 } },
  { _id: 4, qty: null, at: { day: 2 } },
]

describe('$group', () => {
  it('sums, averages, counts and gathers per group, missing keys as null', () => {
    const spec = {
      _id: '$item',
      n: { $sum: 1 },
      total: { $sum: '$qty' },
      mean: { $avg: '$qty' },
      least: { $min: '$qty' },
      most: { $max: '$qty' },
      first: { $first: '$_id' },
      last: { $last: '$_id' },
      all: { $push: '$qty' },
      days: { $addToSet: '$at.day' },
      count: { $count: {} },
    }
    expect(aggregated(sales, [{ $group: spec }, { $sort: { _id: 1 } }])).toEqual([
      {
        _id: null,
        n: 1,
        total: 0,
        mean: null,
        least: null,
        most: null,
        first: 4,
        last: 4,
        all: [null],
        days: [2],
        count: 1,
      },
      {
        _id: 'a',
        n: 2,
        total: 5,
        mean: 2.5,
        least: 2,
        most: 3,
        first: 1,
        last: 3,
        all: [2, 3],
        days: [1, 2],
        count: 2,
      },
      {
        _id: 'b',
        n: 1,
        total: 5,
        mean: 5,
        least: 5,
        most: 5,
        first: 2,
        last: 2,
        all: [5],
        days: [1],
        count: 1,
      },
    ])
  })

  it('puts equal numbers of different types into one group', () => {
    const docs = [{ k: 1 }, { k: new Double(1) }, { k: Long.ONE }, { k: '1' }]
    expect(aggregated(docs, [{ $group: { _id: '$k', n: { $sum: 1 } } }])).toEqual([
      { _id: 1, n: 3 },
      { _id: '1', n: 1 },
    ])
  })

  it('$addToSet takes each value once, $push all of them', () => {
    const docs = [{ v: 1 }, { v: new Double(1) }, { v: [1] }, { v: [1] }, {}]
    const spec = { _id: null, set: { $addToSet: '$v' }, all: { $push: '$v' } }
    expect(aggregated(docs, [{ $group: spec }])).toEqual([
      { _id: null, set: [1, [1]], all: [1, 1, [1], [1]] },
    ])
  })

  it('groups by documents and by expressions', () => {
    expect(aggregated(sales, [{ $group: { _id: { d: '$at.day', odd: { $mod: ['$_id', 2] } } } }])).toEqual([
      { _id: { d: 1, odd: 1 } },
      { _id: { d: 1, odd: 0 } },
      { _id: { d: 2, odd: 1 } },
      { _id: { d: 2, odd: 0 } },
    ])
  })

  it('sums exactly: small numbers, large ones and fractions', () => {
    const sum = (values: unknown[]): unknown => {
      const [only] = results(
        values.map((v) => ({ v })),
        [{ $group: { _id: null, s: { $sum: '$v' } } }, { $project: { _id: 0 } }],
      )
      return only && typed(only)
    }
    expect(sum([1, 2])).toEqual({ s: { $numberInt: '3' } })
    expect(sum([2147483647, 1])).toEqual({ s: { $numberLong: '2147483648' } })
    expect(sum([Long.fromString('9007199254740993'), 1])).toEqual({ s: { $numberLong: '9007199254740994' } })
    expect(sum(Array.from({ length: 10 }, () => 0.1))).toEqual({ s: { $numberDouble: '1.0' } })
    expect(sum(['x', null])).toEqual({ s: { $numberInt: '0' } })
  })

  it('ranks with $top, $firstN and their kin', () => {
    const spec = {
      _id: null,
      top: { $top: { sortBy: { qty: -1 }, output: '$_id' } },
      low: { $bottomN: { n: 2, sortBy: { qty: -1 }, output: '$_id' } },
      two: { $firstN: { n: 2, input: '$_id' } },
      max: { $maxN: { n: 2, input: '$qty' } },
      spread: { $stdDevPop: '$_id' },
      merged: { $mergeObjects: '$at' },
    }
    expect(aggregated(sales.slice(0, 3), [{ $group: spec }])).toEqual([
      {
        _id: null,
        top: 2,
        low: [3, 1],
        two: [1, 2],
        max: [5, 3],
        spread: Math.sqrt(2 / 3),
        merged: { day: 2 },
      },
    ])
  })
})

describe('stages', () => {
  it('shape documents', () => {
    expect(
      aggregated(sales, [
        { $match: { item: 'a' } },
        { $set: { 'at.hour': 0, double: { $multiply: ['$qty', 2] } } },
        { $unset: ['qty', 'at.day'] },
      ]),
    ).toEqual([
      { _id: 1, item: 'a', at: { hour: 0 }, double: 4 },
      { _id: 3, item: 'a', at: { hour: 0 }, double: 6 },
    ])
    expect(
      aggregated(sales, [
        { $limit: 1 },
        { $replaceRoot: { newRoot: { $mergeObjects: ['$at', { id: '$_id' }] } } },
      ]),
    ).toEqual([{ day: 1, id: 1 }])
    expect(() => aggregated(sales, [{ $replaceWith: '$qty' }])).toThrow(
      expect.objectContaining({ code: 40228 }),
    )
  })

  it('sort, skip, limit and count', () => {
    expect(
      aggregated(sales, [
        { $sort: { qty: -1, _id: 1 } },
        { $skip: 1 },
        { $limit: 2 },
        { $project: { _id: 1 } },
      ]),
    ).toEqual([{ _id: 3 }, { _id: 1 }])
    expect(aggregated(sales, [{ $sort: { _id: -1 } }, { $limit: 2 }, { $project: { _id: 1 } }])).toEqual([
      { _id: 4 },
      { _id: 3 },
    ])
    expect(aggregated(sales, [{ $match: { qty: { $gt: 2 } } }, { $count: 'n' }])).toEqual([{ n: 2 }])
    expect(aggregated([], [{ $count: 'n' }])).toEqual([])
    expect(aggregated(sales, [{ $sortByCount: '$item' }])).toEqual([
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
      { _id: null, count: 1 },
    ])
  })

  it('$sort with a limit gives what sorting everything gives', () => {
    const docs = Array.from({ length: 1000 }, (_, _id) => ({ _id, k: (_id * 7919) % 101 }))
    const all = results(docs, [{ $sort: { k: 1, _id: -1 } }]).slice(0, 30)
    expect(results(docs, [{ $sort: { k: 1, _id: -1 } }, { $limit: 30 }]).map(shown)).toEqual(all.map(shown))
  })

  it('$unwind makes one document per element', () => {
    const docs = [
      { _id: 1, a: { b: ['x', 'y'] } },
      { _id: 2, a: { b: [] } },
      { _id: 3 },
      { _id: 4, a: { b: 5 } },
    ]
    expect(aggregated(docs, [{ $unwind: '$a.b' }])).toEqual([
      { _id: 1, a: { b: 'x' } },
      { _id: 1, a: { b: 'y' } },
      { _id: 4, a: { b: 5 } },
    ])
    expect(aggregated(docs.slice(0, 1), [{ $unwind: { path: '$a.b', includeArrayIndex: 'at.i' } }])).toEqual([
      { _id: 1, a: { b: 'x' }, at: { i: 0 } },
      { _id: 1, a: { b: 'y' }, at: { i: 1 } },
    ])
    expect(
      aggregated(docs.slice(1), [
        { $unwind: { path: '$a.b', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
      ]),
    ).toEqual([
      { _id: 2, a: {}, i: null },
      { _id: 3, i: null },
      { _id: 4, a: { b: 5 }, i: null },
    ])
  })

  it('$bucket groups by interval', () => {
    const bucket = {
      groupBy: '$qty',
      boundaries: [0, 3, 10],
      default: 'other',
      output: { ids: { $push: '$_id' } },
    }
    expect(aggregated(sales, [{ $bucket: bucket }])).toEqual([
      { _id: 0, ids: [1] },
      { _id: 3, ids: [2, 3] },
      { _id: 'other', ids: [4] },
    ])
  })

  it('$bucketAuto makes groups of about equal size and keeps equal values together', () => {
    const docs = [1, 2, 2, 2, 5, 9, 9].map((v) => ({ v }))
    expect(aggregated(docs, [{ $bucketAuto: { groupBy: '$v', buckets: 3 } }])).toEqual([
      { _id: { min: 1, max: 5 }, count: 4 },
      { _id: { min: 5, max: 9 }, count: 3 },
    ])
    expect(
      aggregated(sales, [{ $bucketAuto: { groupBy: '$_id', buckets: 2, output: { q: { $sum: '$qty' } } } }]),
    ).toEqual([
      { _id: { min: 1, max: 3 }, q: 7 },
      { _id: { min: 3, max: 4 }, q: 3 },
    ])
  })

  it('$facet runs several pipelines over the same documents', () => {
    const facets = {
      n: [{ $count: 'n' }],
      top: [{ $sort: { qty: -1 } }, { $limit: 1 }, { $project: { item: 1 } }],
    }
    expect(aggregated(sales, [{ $facet: facets }])).toEqual([{ n: [{ n: 4 }], top: [{ _id: 2, item: 'b' }] }])
  })

  it('$sample draws that many, each once', () => {
    const docs = Array.from({ length: 50 }, (_, _id) => ({ _id }))
    const ids = results(docs, [{ $sample: { size: 20 } }]).map((doc) => doc['_id'])
    expect(new Set(ids).size).toBe(20)
    expect(results(docs, [{ $sample: { size: 500 } }])).toHaveLength(50)
  })

  it('$redact keeps, cuts and descends', () => {
    const docs = [
      {
        _id: 1,
        level: 1,
        sub: [
          { level: 3, x: 1 },
          { level: 1, y: 2 },
        ],
      },
      { _id: 2, level: 5 },
    ]
    const rule = { $cond: [{ $lte: ['$level', 2] }, '$$DESCEND', '$$PRUNE'] }
    expect(aggregated(docs, [{ $redact: rule }])).toEqual([{ _id: 1, level: 1, sub: [{ level: 1, y: 2 }] }])
  })
})

describe('$lookup', () => {
  const people = [{ _id: 'x', team: 1 }, { _id: 'y', team: 2 }, { _id: 'z' }, { _id: 'n', team: null }]

  it('joins by equal fields, arrays by any element, missing with missing', () => {
    const lookup = { $lookup: { from: 'people', localField: 't', foreignField: 'team', as: 'who' } }
    const ids = { $project: { who: '$who._id' } }
    const docs = [{ _id: 1, t: 1 }, { _id: 2, t: [1, 2] }, { _id: 3 }, { _id: 4, t: 9 }, { _id: 5, t: [] }]
    expect(aggregated(docs, [lookup, ids], { people })).toEqual([
      { _id: 1, who: ['x'] },
      { _id: 2, who: ['x', 'y'] },
      { _id: 3, who: ['z', 'n'] },
      { _id: 4, who: [] },
      { _id: 5, who: [] },
    ])
  })

  it('joins by a pipeline that sees variables of the document', () => {
    const pipeline = [{ $match: { $expr: { $eq: ['$team', '$$wanted'] } } }, { $project: { _id: 1 } }]
    const lookup = { from: 'people', let: { wanted: '$t' }, pipeline, as: 'found.people' }
    expect(
      aggregated(
        [
          { _id: 1, t: 2 },
          { _id: 2, t: '$team' },
        ],
        [{ $lookup: lookup }],
        { people },
      ),
    ).toEqual([
      { _id: 1, t: 2, found: { people: [{ _id: 'y' }] } },
      { _id: 2, t: '$team', found: { people: [] } },
    ])
  })

  it('asks once for what was asked before', () => {
    const asked: string[] = []
    const stages = stagesOf([
      { $lookup: { from: 'people', localField: 't', foreignField: 'team', as: 'who' } },
    ])
    const { run } = compilePipeline(stages, contextOf({ people }, asked))
    drain(run(sourceOf([1, 1, 2, 1].map((t) => stored({ t })))))
    expect(asked).toHaveLength(2)
  })

  it('$graphLookup follows references, each document once, also in circles', () => {
    const chain = [
      { _id: 'a', boss: 'b' },
      { _id: 'b', boss: 'c' },
      { _id: 'c', boss: 'a' },
      { _id: 'd', boss: 'a' },
    ]
    const search = {
      from: 'chain',
      startWith: '$boss',
      connectFromField: 'boss',
      connectToField: '_id',
      as: 'above',
    }
    const above = (spec: Document): unknown =>
      aggregated(
        [{ _id: 'd', boss: 'a' }],
        [{ $graphLookup: { ...search, ...spec } }, { $project: { _id: 0, above: 1 } }],
        { chain },
      )
    expect(above({})).toEqual([{ above: chain.slice(0, 3) }])
    const aliases = [{ _id: 1, names: ['p', 'q'], next: 'q' }]
    const byAlias = {
      from: 'aliases',
      startWith: 'p',
      connectFromField: 'next',
      connectToField: 'names',
      as: 'found',
    }
    expect(aggregated([{}], [{ $graphLookup: byAlias }], { aliases })).toEqual([{ found: aliases }])
    expect(above({ maxDepth: 1, depthField: 'level' })).toEqual([
      {
        above: [
          { _id: 'a', boss: 'b', level: 0 },
          { _id: 'b', boss: 'c', level: 1 },
        ],
      },
    ])
    expect(above({ restrictSearchWithMatch: { _id: { $ne: 'b' } } })).toEqual([{ above: chain.slice(0, 1) }])
  })

  it('$unionWith appends another collection', () => {
    expect(
      aggregated(
        [{ _id: 1 }],
        [{ $unionWith: { coll: 'people', pipeline: [{ $match: { team: 2 } }, { $project: { _id: 1 } }] } }],
        { people },
      ),
    ).toEqual([{ _id: 1 }, { _id: 'y' }])
  })
})

describe('writing stages', () => {
  it('are handed to whoever does the writing', () => {
    const target = compilePipeline(stagesOf([{ $match: {} }, { $out: 'copy' }]), contextOf({})).output
    expect(target).toEqual({ kind: 'out', db: undefined, collection: 'copy' })
  })

  it('$merge says how documents meet', () => {
    const merge = (spec: Document): unknown => {
      const { output } = compilePipeline(stagesOf([{ $merge: { into: 'm', ...spec } }]), contextOf({}))
      if (output?.kind !== 'merge') return output
      return shown(output.combine(stored({ _id: 1, a: 1, b: 1 }), stored({ _id: 1, b: 2, c: 2 })))
    }
    expect(merge({})).toEqual({ _id: 1, a: 1, b: 2, c: 2 })
    expect(merge({ whenMatched: 'replace' })).toEqual({ _id: 1, b: 2, c: 2 })
    expect(merge({ whenMatched: 'keepExisting' })).toEqual({ _id: 1, a: 1, b: 1 })
    expect(merge({ whenMatched: [{ $set: { sum: { $add: ['$a', '$$new.c'] } } }] })).toEqual({
      _id: 1,
      a: 1,
      b: 1,
      sum: 3,
    })
  })

  it('must come last and outside of other stages', () => {
    expect(() => compilePipeline(stagesOf([{ $out: 'x' }, { $match: {} }]), contextOf({}))).toThrow(
      expect.objectContaining({ code: 40601 }),
    )
    expect(() => compilePipeline(stagesOf([{ $facet: { a: [{ $out: 'x' }] } }]), contextOf({}))).toThrow(
      expect.objectContaining({ code: 40600 }),
    )
  })
})

describe('the leading stages', () => {
  it('become a query for the planner', () => {
    const stages = stagesOf([
      { $match: { a: 1 } },
      { $match: { b: 2 } },
      { $sort: { c: 1 } },
      { $skip: 5 },
      { $limit: 10 },
      { $limit: 3 },
      { $project: { c: 1 } },
    ])
    const leading = splitLeading(stages)
    expect(shown(leading.filter)).toEqual({ $and: [{ a: 1 }, { b: 2 }] })
    expect(leading.sort && shown(leading.sort)).toEqual({ c: 1 })
    expect(leading).toMatchObject({ skip: 5, limit: 3, count: undefined })
    expect(leading.rest).toHaveLength(1)
  })

  it('end where moving a stage would change the result', () => {
    expect(splitLeading(stagesOf([{ $limit: 1 }, { $match: { a: 1 } }])).rest).toHaveLength(1)
    expect(splitLeading(stagesOf([{ $limit: 5 }, { $skip: 1 }])).rest).toHaveLength(1)
    expect(splitLeading(stagesOf([{ $sort: { a: 1 } }, { $sort: { b: 1 } }])).rest).toHaveLength(1)
  })

  it('show a pipeline that only counts, as countDocuments sends it', () => {
    const counting = splitLeading(stagesOf([{ $match: { a: 1 } }, { $group: { _id: 1, n: { $sum: 1 } } }]))
    expect(counting.count?.answer(7).map(shown)).toEqual([{ _id: 1, n: 7 }])
    expect(counting.count?.answer(0)).toEqual([])
    expect(
      splitLeading(stagesOf([{ $count: 'total' }]))
        .count?.answer(2)
        .map(shown),
    ).toEqual([{ total: 2 }])
    expect(splitLeading(stagesOf([{ $group: { _id: '$a', n: { $sum: 1 } } }])).count).toBeUndefined()
    expect(splitLeading(stagesOf([{ $group: { _id: 1, n: { $sum: 2 } } }])).count).toBeUndefined()
  })
})

describe('what is refused', () => {
  it.each([
    [{ $foo: 1 }, 40324, "Unrecognized pipeline stage name: '$foo'"],
    [{ $changeStream: {} }, 115, '$changeStream is not served'],
    [{ $geoNear: {} }, 115, '$geoNear'],
    [{ $graphLookup: { from: 'x' } }, 40105, '$graphLookup requires'],
    [{ $setWindowFields: {} }, 115, '$setWindowFields'],
    [{ $group: { n: { $sum: 1 } } }, 15955, 'must include an _id'],
    [{ $group: { _id: 1, n: { $foo: 1 } } }, 15952, "unknown group operator '$foo'"],
    [{ $group: { _id: 1, n: 1 } }, 40234, 'must be an accumulator'],
    [{ $limit: 0 }, 15958, 'the limit must be positive'],
    [{ $skip: -1 }, 5107200, '$skip'],
    [{ $project: {} }, 51272, 'at least one field'],
    [{ $unwind: 'a' }, 28818, "prefixed with a '$'"],
    [{ $match: { a: { $foo: 1 } } }, 2, 'unknown operator: $foo'],
    [{ $lookup: { from: 'x', as: 'y' } }, 9, '$lookup requires'],
    [{ $lookup: { from: 'x', as: 'y', pipeline: [{ $foo: 1 }] } }, 40324, '$foo'],
    [{ $count: '$n' }, 40158, '$-prefixed'],
    [{ $match: {}, $limit: 1 }, 40323, 'exactly one field'],
  ])('%j is refused, over an empty collection too', (stage, code, words) => {
    expect(() => compilePipeline(stagesOf([stage]), contextOf({}))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    )
  })
})
