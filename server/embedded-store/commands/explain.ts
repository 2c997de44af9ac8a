import { fieldName, newDoc, type Doc, type Value } from '../bson-types.ts'
import { eachRow } from '../count-rows.ts'
import { StoreError } from '../errors.ts'
import { splitLeading } from '../leading-stages.ts'
import type { Plan } from '../plan.ts'
import { planQuery, type PlannedQuery, type Query } from '../query.ts'
import type { RowSource } from '../row-source.ts'
import { asDoc, asDocs, asText } from '../read-value.ts'
import { docOf } from '../store.ts'
import {
  checkFields,
  collectionName,
  deadlineOf,
  expressionContext,
  hintField,
  type Command,
  type CommandCall,
} from './command.ts'
import { findQuery } from './find.ts'
import { claimedVersion } from './greeting.ts'
import { commands } from './registry.ts'

const verbosities: readonly string[] = ['queryPlanner', 'executionStats', 'allPlansExecution']

/** Tells how a command would find its documents: by which index, or by looking at every document. */
export const explain: Command = {
  fields: ['verbosity'],
  async run(call) {
    const inner = asDoc(call.body['explain'])
    if (call.body['writeConcern'] !== undefined || inner?.['writeConcern'] !== undefined) {
      throw new StoreError('InvalidOptions', 'Command explain does not support writeConcern')
    }
    const verbosity = asText(call.body['verbosity']) ?? 'allPlansExecution'
    if (!verbosities.includes(verbosity)) {
      throw new StoreError(
        'FailedToParse',
        `verbosity string must be one of ${verbosities.join(', ')}. Got '${verbosity}'.`,
      )
    }
    const name = inner && fieldName(Object.keys(inner)[0] ?? '')
    const command = name === undefined ? undefined : commands.get(name)
    const query = inner && name !== undefined && command ? queryOf(call, inner, name, command) : undefined
    if (!inner || !query) {
      throw new StoreError('CommandNotFound', `Explain failed due to unknown command: ${String(name)}`)
    }
    const ns = `${call.db}.${query.collection}`
    const collection = call.store.catalog.find(ns)
    const planned = planQuery(call.store, collection, query.query)
    const found = docOf({
      queryPlanner: docOf({
        namespace: ns,
        parsedQuery: query.query.filter,
        winningPlan: planned ? describe(planned, query.query) : docOf({ stage: 'EOF' }),
        rejectedPlans: [],
      }),
    })
    if (verbosity !== 'queryPlanner') {
      found['executionStats'] = await execute(planned, deadlineOf(call))
    }
    // Stages that an index cannot answer follow what is read for them.
    const reply = docOf({ explainVersion: '1' })
    if (query.stages.length > 0) reply['stages'] = [docOf({ $cursor: found }), ...query.stages]
    else Object.assign(reply, found)
    reply['command'] = inner
    reply['serverInfo'] = docOf({ host: call.server.address, version: claimedVersion })
    reply['ok'] = 1
    return reply
  },
}

interface Explained {
  readonly collection: string
  readonly query: Query
  /** The stages of a pipeline that come after the query. */
  readonly stages: readonly Value[]
}

function queryOf(call: CommandCall, body: Doc, name: string, command: Command): Explained | undefined {
  const innerCall: CommandCall = { ...call, body, request: { ...call.request, body, name } }
  checkFields(innerCall, command)
  const collection = collectionName(innerCall)
  const context = expressionContext(innerCall)
  switch (name) {
    case 'find':
      return { collection, query: findQuery(innerCall), stages: [] }
    case 'aggregate': {
      const stages = Array.isArray(body['pipeline']) ? body['pipeline'] : []
      const { filter, sort, skip, limit, rest } = splitLeading(stages)
      return {
        collection,
        query: { filter, sort, skip, limit, hint: hintField(body['hint']), context },
        stages: rest,
      }
    }
    case 'count':
    case 'distinct':
    case 'findAndModify': {
      const filter = asDoc(body['query']) ?? newDoc()
      return {
        collection,
        query: { filter, sort: asDoc(body['sort']), hint: hintField(body['hint']), context },
        stages: [],
      }
    }
    case 'update':
    case 'delete': {
      const [first] = asDocs(body[`${name}s`]) ?? []
      return {
        collection,
        query: { filter: asDoc(first?.['q']) ?? newDoc(), hint: hintField(first?.['hint']), context },
        stages: [],
      }
    }
    default:
      return undefined
  }
}

function describe(planned: PlannedQuery, query: Query): Doc {
  let stage = describePlan(planned.plan)
  if (planned.sort.length > 0 && !planned.plan.sorted) {
    stage = docOf({ stage: 'SORT', sortPattern: query.sort, inputStage: stage })
  }
  if (query.skip) stage = docOf({ stage: 'SKIP', skipAmount: query.skip, inputStage: stage })
  if (query.limit) stage = docOf({ stage: 'LIMIT', limitAmount: query.limit, inputStage: stage })
  return stage
}

function describePlan(plan: Plan): Doc {
  switch (plan.kind) {
    case 'scan':
      return docOf({ stage: 'COLLSCAN', direction: plan.descending ? 'backward' : 'forward' })
    case 'index':
      return docOf({
        stage: 'FETCH',
        inputStage: docOf({
          stage: 'IXSCAN',
          keyPattern: plan.index.key,
          indexName: plan.index.name,
          isMultiKey: plan.index.multikey,
          isUnique: plan.index.unique,
          isSparse: plan.index.sparse,
          isPartial: plan.index.partial !== undefined,
          direction: plan.descending ? 'backward' : 'forward',
          ranges: plan.ranges.length,
          merged: plan.mergeAfter !== undefined,
        }),
      })
    case 'union':
      return docOf({ stage: 'OR', inputStages: plan.branches.map(describePlan) })
  }
}

async function execute(planned: PlannedQuery | undefined, deadline: number): Promise<Doc> {
  const startedAt = performance.now()
  let found = 0
  let steps = 0
  if (planned) {
    const source = planned.open()
    const counted: RowSource = {
      next() {
        steps++
        return source.next()
      },
    }
    await eachRow(counted, deadline, () => {
      found++
    })
  }
  return docOf({
    executionSuccess: true,
    nReturned: found,
    executionTimeMillis: Math.round(performance.now() - startedAt),
    // A step gives a document, rejects one, or reads the next ones: some more than there were documents.
    totalDocsExamined: steps,
  })
}
