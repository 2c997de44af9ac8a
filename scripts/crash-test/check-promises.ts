import type { Db } from 'mongodb'
import type { Sink } from './start-sink.ts'
import type { Senders } from './start-senders.ts'
import { parseSubject } from './subject.ts'

/** A promise that was broken, and what it was broken for. */
export interface Broken {
  promise: string
  ids: string[]
}

/** What a run did, and every promise it broke. */
export interface Findings {
  receipts: Record<string, number>
  deliveries: Record<string, number>
  /** Requests with a key that had been sent before: what was under way when something died. */
  sentAgain: number
  broken: Broken[]
}

interface DeliveryRow {
  _id: string
  state: string
  open?: true
  actionId: string
  input?: string
}

const FINAL_RECEIPTS = ['done', 'not_understood', 'duplicate', 'refused']

/** Compares what was acknowledged, what the receiver got and what the hub has recorded, once nothing is left to do. */
export async function checkPromises(db: Db, senders: Senders, sink: Sink): Promise<Findings> {
  const broken: Broken[] = []
  const check = (promise: string, ids: Iterable<string>) => {
    const found = [...ids]
    if (found.length > 0) broken.push({ promise, ids: found })
  }
  const receipts = await countBy(db, 'receipts')
  const deliveries = await countBy(db, 'deliveries')
  const { acknowledged } = senders

  check(
    'Nothing acknowledged is lost.',
    [...acknowledged].filter((subject) => !sink.keysOf.has(subject)),
  )
  check(
    'One fact has one effect.',
    [...sink.keysOf].flatMap(([subject, keys]) =>
      keys.size > 1 ? [`${subject}: ${[...keys.keys()].join(', ')}`] : [],
    ),
  )
  check("One contact's deliveries arrive in order.", outOfOrder(sink.effects))
  check("One contact's deliveries that must not be repeated arrive in order.", outOfOrder(sink.once))
  check('What must not be repeated is sent once.', repeated(sink.once))

  const rows = await db
    .collection<DeliveryRow>('deliveries')
    .find({ actionId: 'httpRequestOnce' }, { projection: { state: 1, input: 1, open: 1, actionId: 1 } })
    .toArray()
  const stateOf = new Map(rows.map((row) => [textOf(row), row.state]))
  const leads = [...acknowledged].filter((subject) => parseSubject(subject).kind === 'lead')
  const arrived = new Set(sink.once)
  check(
    'Every event has its delivery.',
    leads.filter((subject) => !stateOf.has(subject)),
  )
  check(
    'A delivery that must not be repeated ends as delivered or unconfirmed.',
    rows.flatMap((row) =>
      row.state === 'delivered' || row.state === 'unconfirmed' ? [] : [`${row._id}: ${row.state}`],
    ),
  )
  check(
    'What got no answer is unconfirmed.',
    [...sink.severed].filter((subject) => stateOf.get(subject) !== 'unconfirmed'),
  )
  check(
    'What is called delivered has arrived.',
    [...stateOf].flatMap(([subject, state]) =>
      state === 'delivered' && !arrived.has(subject) ? [subject] : [],
    ),
  )

  const unfinished = await db
    .collection<{ _id: string; state: string }>('receipts')
    .find({ state: { $nin: FINAL_RECEIPTS } }, { projection: { state: 1 } })
    .toArray()
  check(
    'Every receipt comes to an end.',
    unfinished.map(({ _id, state }) => `${_id}: ${state}`),
  )
  const kept = FINAL_RECEIPTS.reduce(
    (sum, state) => sum + (state === 'refused' ? 0 : (receipts[state] ?? 0)),
    0,
  )
  if (kept < senders.receipts) {
    check('Every acknowledged request is kept.', [`${senders.receipts} acknowledged, ${kept} kept`])
  }
  const left = await db
    .collection<DeliveryRow>('deliveries')
    .find({ $or: [{ open: true }, { state: 'sending' }] }, { projection: { state: 1 } })
    .toArray()
  check(
    'No delivery is left on the way.',
    left.map(({ _id, state }) => `${_id}: ${state}`),
  )
  const events = await db
    .collection<{ _id: string; open?: true }>('events')
    .find({ open: true }, { projection: { _id: 1 } })
    .toArray()
  check(
    'Every event has met the flows.',
    events.map(({ _id }) => _id),
  )
  check(
    'A webhook address answers what it should.',
    [...senders.unexpected].map(([status, times]) => `${status} × ${times}`),
  )

  const sentAgain = [...sink.keysOf.values()].reduce(
    (sum, keys) => sum + [...keys.values()].reduce((again, times) => again + times - 1, 0),
    0,
  )
  return { receipts, deliveries, sentAgain, broken }
}

async function countBy(db: Db, collection: string): Promise<Record<string, number>> {
  const rows = await db
    .collection(collection)
    .aggregate<{ _id: string; count: number }>([{ $group: { _id: '$state', count: { $sum: 1 } } }])
    .toArray()
  return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]))
}

function textOf({ input }: DeliveryRow): string {
  const parsed: { text?: string } = JSON.parse(input ?? '{}')
  return parsed.text ?? ''
}

/** Subjects that came after a later one of the same person. */
function outOfOrder(subjects: readonly string[]): string[] {
  const latest = new Map<string, number>()
  return subjects.flatMap((subject) => {
    const { kind, person, sequence } = parseSubject(subject)
    const lane = `${kind}-${person}`
    const before = latest.get(lane) ?? 0
    latest.set(lane, Math.max(before, sequence))
    return sequence < before ? [`${subject} after ${before}`] : []
  })
}

function repeated(subjects: readonly string[]): string[] {
  const counted = Map.groupBy(subjects, (subject) => subject)
  return [...counted].flatMap(([subject, each]) => (each.length > 1 ? [`${subject} × ${each.length}`] : []))
}
