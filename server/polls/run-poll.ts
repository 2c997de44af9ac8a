import type { Collection } from 'mongodb'
import { fingerprint } from '#sdk'
import type { AnyConnector, PollAnswer } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { pageReceipt, pageReceiptId } from '../ingest/page-receipt.ts'
import type { ReceiptWriter } from '../ingest/store-receipt.ts'
import { ATTEMPT_MS_MAX, httpOf } from '../pipeline/deliver.ts'
import { classifyFailure } from '../pipeline/classify-failure.ts'
import type { BringsNews } from '../pipeline/brings-news.ts'
import { allowanceOf } from '../pipeline/send-budget.ts'
import type { SendBudget } from '../pipeline/send-budget.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import type { DueRows, RowLease } from '../platform/due-rows.ts'
import { nextPoll } from './next-poll.ts'
import { isHeld } from './poll-state.ts'
import type { PollDoc } from './poll-store.ts'

export interface RunPollDeps extends Pick<
  HubDeps,
  | 'connections'
  | 'network'
  | 'accessTokens'
  | 'stopping'
  | 'storesOf'
  | 'diskHasRoom'
  | 'now'
  | 'random'
  | 'log'
  | 'metrics'
  | 'tracing'
> {
  polls: Collection<PollDoc>
  due: Pick<DueRows, 'giveBack'>
  receipts: Pick<ReceiptWriter, 'store'>
  bringsNews: BringsNews
  /** Shared with deliveries: the vendor counts one like the other. */
  sendBudget: SendBudget
}

/** A lease on a poll; the last page of a run begins so long before its end that it is over by then. */
export const POLL_LEASE_MS = 120_000
const PAGE_MS_MAX = ATTEMPT_MS_MAX + 10_000
const CURSOR_LENGTH_MAX = 16_384
const PAYLOAD_BYTES_MAX = 10 * 1024 * 1024
/** More pages than this in one run wait for the next one, so that one vendor's backlog does not hold a place for long. */
const PAGES_MAX = 100
/** What holds a poll (a pause, a full disk) is looked at again this often. */
const HELD_MS = 60_000

type AnyPoll = NonNullable<AnyConnector['polls']>[string]

/**
 * Makes one poll: page after page until the vendor has no more. Each page that brings something is one receipt with the
 * cursor after it, so that a crash at any moment neither skips nor loses: what is stored counts, what is not is asked
 * for again. Never throws for what a vendor does.
 */
export async function runPoll(deps: RunPollDeps, lease: RowLease): Promise<void> {
  const row = await deps.polls.findOne({ _id: lease.id, token: lease.token })
  if (!row) return
  const startedAt = deps.now()
  const open = await deps.connections.byId(row.connectionId)
  const poll = isUsable(open) ? open.connector.polls?.[row.poll] : undefined
  if (!isUsable(open) || !poll || !row.isOn || isHeld(open) || !deps.diskHasRoom()) {
    return deps.due.giveBack(lease, startedAt, new Date(startedAt.getTime() + HELD_MS))
  }
  const everyMs = row.everyMs ?? poll.everyMs
  const polling: Polling = { row, open, poll, lease, pages: 0, found: 0 }
  try {
    const goesOnAt = await readPages(deps, polling)
    if (polling.pages > 0) await noteSuccess(deps, polling, startedAt)
    const dueAt = goesOnAt ?? nextPoll({ everyMs, failures: 0 }, deps.now(), deps.random())
    await deps.due.giveBack(lease, startedAt, dueAt)
  } catch (err) {
    if (deps.stopping.aborted) return deps.due.giveBack(lease, startedAt, startedAt)
    const { failures, retryAt } = await noteFailure(deps, polling, startedAt, err)
    await deps.due.giveBack(
      lease,
      startedAt,
      nextPoll({ everyMs, failures, retryAt }, deps.now(), deps.random()),
    )
  }
}

interface Polling {
  row: PollDoc
  open: OpenConnection
  poll: AnyPoll
  lease: RowLease
  /** Asked for in this run. */
  pages: number
  /** Receipts stored. */
  found: number
}

/** When the rest is to be asked for, in another run; nothing when the vendor has no more. */
async function readPages(deps: RunPollDeps, polling: Polling): Promise<Date | undefined> {
  const { open, poll, lease, row } = polling
  const allowance = allowanceOf(open)
  let place = await settle(deps, polling, { seq: row.seq, cursor: row.cursor })
  while (polling.pages < PAGES_MAX) {
    if (lease.until.getTime() - deps.now().getTime() < PAGE_MS_MAX) return deps.now()
    const kind = `poll:${row.poll}`
    const turn = allowance && (await deps.sendBudget.take(allowance, kind))
    if (turn && turn.waitMs > 0) return new Date(deps.now().getTime() + turn.waitMs)
    polling.pages++
    const exchanges: CapturedExchange[] = []
    const http = httpOf(deps, open, exchanges)
    const context = { http, auth: open.credentials[0], now: deps.now(), subject: row.subject }
    const answer = checkAnswer(await poll.fetch(context, place.cursor))
    if (allowance && turn) await deps.sendBudget.made(allowance, kind, turn, exchanges)
    const stored = await storePage(deps, polling, place, answer)
    if (stored) polling.found++
    place = stored
      ? await settle(deps, polling, place)
      : await moveTo(deps, polling, { seq: place.seq, cursor: answer.cursor })
    if (!answer.more) return undefined
  }
  return deps.now()
}

/** How far a poll is. */
interface Place {
  seq: number
  cursor: string | undefined
}

/**
 * Where the next page begins: after the newest page that is stored. A process that stored it and ended before it could
 * say so has said so with the receipt; whoever stored it, its cursor counts.
 */
async function settle(deps: RunPollDeps, polling: Polling, place: Place): Promise<Place> {
  const { receipts } = deps.storesOf(polling.row.workspaceId)
  const [next] = await receipts.findMany([pageReceiptId(polling.row._id, place.seq + 1)])
  if (!next?.poll) return place
  return settle(deps, polling, await moveTo(deps, polling, { seq: place.seq + 1, cursor: next.poll.cursor }))
}

async function moveTo(deps: RunPollDeps, { row }: Polling, place: Place): Promise<Place> {
  const { matchedCount } = await deps.polls.updateOne(
    { _id: row._id, token: row.token },
    { $set: { seq: place.seq, ...(place.cursor === undefined ? {} : { cursor: place.cursor }) } },
  )
  if (matchedCount === 0) throw new LeaseLost()
  return place
}

/** False where the page brings nothing that the hub does not have: only the cursor moves. */
async function storePage(
  deps: RunPollDeps,
  { row, poll, lease }: Polling,
  place: Place,
  { payload, cursor }: PollAnswer,
): Promise<boolean> {
  if (payload === undefined) return false
  const { workspaceId, connectionId, subject } = row
  const body = Buffer.from(JSON.stringify(payload))
  if (body.length > PAYLOAD_BYTES_MAX) throw new AnswerUnfit('The answer to one page is larger than 10 MB.')
  const payloadPrint = fingerprint(body)
  if (payloadPrint === row.payloadPrint) return false
  const doc = pageReceipt({
    workspaceId,
    connectionId,
    inbound: poll.inbound,
    poll: { id: row._id, name: row.poll, subject },
    seq: place.seq + 1,
    body,
    cursor,
    receivedAt: deps.now(),
  })
  if (!(await deps.bringsNews(doc))) return false
  // Somebody else may be at it by now; what they find is theirs to store.
  if (lease.until <= deps.now()) throw new LeaseLost()
  const step = deps.tracing.begin('poll', doc.receivedAt)
  if (step) doc.trace = step.context
  await deps.receipts.store(doc)
  step?.end(deps.now(), { receipt: doc._id, connection: connectionId, poll: row.poll, bytes: doc.bodyBytes })
  row.payloadPrint = payloadPrint
  await deps.polls.updateOne({ _id: row._id, token: row.token }, { $set: { payloadPrint } })
  return true
}

function checkAnswer(answer: PollAnswer): PollAnswer {
  if (answer.cursor.length > CURSOR_LENGTH_MAX) throw new AnswerUnfit('The cursor is longer than 16 kB.')
  return answer
}

async function noteSuccess(deps: RunPollDeps, { row, open, found }: Polling, startedAt: Date): Promise<void> {
  await deps.polls.updateOne(
    { _id: row._id, token: row.token },
    {
      $set: { lastPolledAt: startedAt, failures: 0, ...(found > 0 ? { lastFoundAt: startedAt } : {}) },
      $unset: { reason: 1, notBefore: 1 },
    },
  )
  deps.metrics.polls.of(open.connector.id).add('made')
  deps.log.info({
    stage: 'poll.made',
    poll: row._id,
    connection: row.connectionId,
    receipts: found,
    duration_ms: deps.now().getTime() - startedAt.getTime(),
  })
}

async function noteFailure(
  deps: RunPollDeps,
  { row, open }: Polling,
  startedAt: Date,
  err: unknown,
): Promise<{ failures: number; retryAt: Date | undefined }> {
  const { reason, retryAt } = failureOf(err, open, deps.now())
  const failures = row.failures + 1
  await deps.polls.updateOne(
    { _id: row._id, token: row.token },
    {
      $set: { lastPolledAt: startedAt, failures, reason, ...(retryAt ? { notBefore: retryAt } : {}) },
      ...(retryAt ? {} : { $unset: { notBefore: 1 } }),
    },
  )
  deps.metrics.polls.of(open.connector.id).add('failed')
  deps.log.warn({
    stage: 'poll.failed',
    poll: row._id,
    connection: row.connectionId,
    reason: reason.code,
    failures,
    duration_ms: deps.now().getTime() - startedAt.getTime(),
  })
  return { failures, retryAt }
}

function failureOf(
  err: unknown,
  open: OpenConnection,
  now: Date,
): { reason: Reason; retryAt?: Date | undefined } {
  if (err instanceof LeaseLost || err instanceof AnswerUnfit) {
    return { reason: { code: err.code, data: { message: err.message } } }
  }
  return classifyFailure(err, open.connector, now)
}

/** This process was held up for so long that another has taken over. */
class LeaseLost extends Error {
  readonly code = 'poll_taken_over'

  constructor() {
    super('Another process has taken this poll over.')
  }
}

class AnswerUnfit extends Error {
  readonly code = 'poll_answer_unfit'
}
