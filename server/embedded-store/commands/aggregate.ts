import { compilePipeline, type Pipeline, type PipelineContext } from '../aggregate.ts'
import { isDoc, newDoc, type Doc, type Value } from '../bson-types.ts'
import { decode } from '../decode.ts'
import { sourceOf, type DocSource } from '../doc-source.ts'
import { encode } from '../encode.ts'
import { StoreError } from '../errors.ts'
import { compileExpression } from '../expression.ts'
import type { ExpressionContext } from '../expression-scope.ts'
import { splitLeading, type LeadingStages } from '../leading-stages.ts'
import type { OutputStage } from '../output-stage.ts'
import { countOption, openQuery, type Query } from '../query.ts'
import { asDoc, asDocs, asNumber } from '../read-value.ts'
import type { Store } from '../store.ts'
import { typeName } from '../type-name.ts'
import { countMatching } from './count.ts'
import { firstBatch } from './find.ts'
import {
  collectionName,
  deadlineOf,
  docField,
  expressionContext,
  hintField,
  refuseCollation,
  type Command,
  type CommandCall,
} from './command.ts'
import { writeOutput } from './write-output.ts'

const firstBatchSize = 101

/** Runs a pipeline. Its leading stages become a query that can use indexes; counts read no documents at all. */
export const aggregate: Command = {
  fields: ['pipeline', 'cursor', 'hint', 'let', 'collation', 'allowDiskUse', 'bypassDocumentValidation'],
  async run(call) {
    const { store, db, body } = call
    refuseCollation(body['collation'])
    const given = pipelineOf(body['pipeline'])
    const documents = isWholeDatabase(call) ? leadingDocuments(given, expressionContext(call)) : undefined
    const stages = documents ? given.slice(1) : given
    const size = batchSizeOf(call)
    const context: PipelineContext = { ...expressionContext(call), read: readerOf(store, db) }
    const leading = splitLeading(stages)
    const pipeline = compilePipeline(documents ? stages : leading.rest, context)
    refuseLinearizable(call, pipeline.output)
    if (documents) return run(call, `${db}.$cmd.aggregate`, pipeline, sourceOf(documents), size)
    const name = aggregatedName(call)
    const ns = `${db}.${name}`
    const query = queryOf(leading, context, hintField(body['hint']))
    if (leading.count) {
      const limit = leading.limit || Infinity
      const max = leading.skip + limit
      const found = await countMatching(store, ns, { ...query, skip: 0, limit: 0 }, deadlineOf(call), max)
      const counted = Math.min(Math.max(found - leading.skip, 0), limit)
      return reply(call, ns, sourceOf(leading.count.answer(counted)), size)
    }
    return run(call, ns, pipeline, decoded(store, ns, query), size)
  },
}

async function run(
  call: CommandCall,
  ns: string,
  pipeline: Pipeline,
  source: DocSource,
  size: number,
): Promise<Buffer> {
  const results = pipeline.run(source)
  if (!pipeline.output) return reply(call, ns, results, size)
  await writeOutput(call, results, pipeline.output)
  return reply(call, ns, sourceOf([]), size)
}

/** `{ aggregate: 1 }` runs over no collection; only `$documents` gives it something to run over. */
function isWholeDatabase(call: CommandCall): boolean {
  return asNumber(call.body['aggregate']) !== undefined
}

function leadingDocuments(stages: readonly Value[], context: ExpressionContext): Doc[] | undefined {
  const [first] = stages
  const operand = isDoc(first) ? first['$documents'] : undefined
  if (operand === undefined) return undefined
  const docs = asDocs(compileExpression(operand, context)(newDoc()))
  if (!docs) throw new StoreError(5858203, 'an array of documents is expected in $documents')
  return docs
}

function refuseLinearizable(call: CommandCall, output: OutputStage | undefined): void {
  if (!output || asDoc(call.body['readConcern'])?.['level'] !== 'linearizable') return
  throw new StoreError(
    'InvalidOptions',
    `$${output.kind} cannot be used with a 'linearizable' read concern level`,
  )
}

function pipelineOf(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value)) return value
  throw new StoreError(
    'TypeMismatch',
    "A pipeline must be an array: 'aggregate.pipeline' has type " + typeName(value),
  )
}

function batchSizeOf(call: CommandCall): number {
  const cursor = docField(call, 'cursor')
  if (!cursor) {
    throw new StoreError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    )
  }
  return countOption(asNumber(cursor['batchSize']) ?? firstBatchSize, 'batchSize')
}

function aggregatedName(call: CommandCall): string {
  if (asNumber(call.body['aggregate']) === undefined) return collectionName(call)
  throw new StoreError(
    'CommandNotSupported',
    'Aggregations over a whole database or server are not served by the embedded store; name a collection.',
  )
}

function queryOf(leading: LeadingStages, context: ExpressionContext, hint: Doc | string | undefined): Query {
  const { filter, sort, skip, limit } = leading
  return { filter, sort, skip, limit, hint, context }
}

function decoded(store: Store, ns: string, query: Query): DocSource {
  const rows = openQuery(store, store.catalog.find(ns), query)
  return {
    next() {
      const row = rows.next()
      return row && decode(row.doc)
    },
  }
}

function readerOf(store: Store, db: string): PipelineContext['read'] {
  return (collection, leading, context) =>
    decoded(store, `${db}.${collection}`, queryOf(leading, context, undefined))
}

function reply(call: CommandCall, ns: string, results: DocSource, size: number): Promise<Buffer> {
  const source = {
    next() {
      const doc = results.next()
      return doc && encode(doc)
    },
  }
  return firstBatch(call, call.store.cursors.make(ns, source), size, false)
}
