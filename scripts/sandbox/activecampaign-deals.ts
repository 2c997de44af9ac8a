import { z } from 'zod'
import type { Account, Deal } from './activecampaign-account.ts'
import { invalid, missing, noResult } from './activecampaign-errors.ts'
import { jsonIn } from './json-body.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

type Values = Record<string, string | number | null>
const values = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))
const deal = z.looseObject({ deal: values })
const note = z.looseObject({
  note: z.looseObject({
    note: z.string().min(1),
    relid: z.union([z.string(), z.number()]).transform(String).optional(),
    reltype: z.string().optional(),
  }),
})

/** The pipeline that chooses an owner by itself. */
const choosesOwner = '1'

/** What ActiveCampaign would say to these values; nothing where it takes them. */
function refusal(account: Account, given: Values): Answered | undefined {
  const { contact, stage, value, currency, status } = given
  if (contact !== undefined && !account.contacts.has(String(contact)))
    return noResult('Subscriber', String(contact))
  if (stage !== undefined && !account.stages.has(String(stage))) return noResult('DealStage', String(stage))
  if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 0)) {
    return invalid('value', 'The deal value must be a whole number of cents.')
  }
  if (currency !== undefined && !/^[a-z]{3}$/.test(String(currency))) {
    return invalid('currency', 'The currency is not valid.')
  }
  return status === undefined || [0, 1, 2].includes(Number(status))
    ? undefined
    : invalid('status', 'The status is not valid.')
}

const create = (account: Account, { body }: Matched): Answered => {
  const given = deal.safeParse(jsonIn(body)).data?.deal
  if (!given) return missing('deal')
  const absent = ['title', 'contact', 'value', 'currency'].find((name) => given[name] === undefined)
  if (absent) return missing(absent)
  if (given.group === undefined && given.stage === undefined) return missing('group')
  const refused = refusal(account, given)
  if (refused) return refused
  const group = String(given.group ?? account.stages.get(String(given.stage)))
  if (given.owner === undefined && group !== choosesOwner) return missing('owner')
  const first = [...account.stages].find(([, pipeline]) => pipeline === group)?.[0]
  const made = {
    stage: first,
    owner: '1',
    status: 0,
    ...given,
    group,
    id: account.next('deal', 31),
    cdate: account.time(),
  }
  account.deals.set(made.id, made)
  return { status: 201, json: { contacts: [], deal: shown(made) } }
}

const change = (account: Account, { body, parts: [id = ''] }: Matched): Answered => {
  const known = account.deals.get(id)
  if (!known) return noResult('Deal', id)
  const given = deal.safeParse(jsonIn(body)).data?.deal
  if (!given) return missing('deal')
  const refused = refusal(account, given)
  if (refused) return refused
  const changed = { ...known, ...given }
  account.deals.set(id, changed)
  return { status: 200, json: { deal: shown(changed) } }
}

/** Everything is text, numbers among it. */
const shown = (held: Deal): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(held).map(([name, value]) => [name, value === null ? null : String(value)]),
  )

function writeNote(account: Account, body: string, on: string): Answered {
  const parsed = note.safeParse(jsonIn(body))
  if (!parsed.success) return missing('note')
  const made = { id: account.next('note', 70), on, note: parsed.data.note.note, cdate: account.time() }
  account.notes.set(made.id, made)
  return { status: 201, json: { note: made } }
}

const noteOnContact = (account: Account, { body }: Matched): Answered => {
  const told = note.safeParse(jsonIn(body)).data?.note
  if (!told?.relid) return missing('relid')
  if (told.reltype !== 'Subscriber') return invalid('reltype', 'The reltype is not valid.')
  if (!account.contacts.has(told.relid)) return noResult('Subscriber', told.relid)
  return writeNote(account, body, `contacts/${told.relid}`)
}

const task = z.looseObject({
  dealTask: z.looseObject({
    ownerType: z.enum(['contact', 'deal']).default('deal'),
    relid: z.union([z.string(), z.number()]).transform(String),
    duedate: z.string(),
    dealTasktype: z.union([z.string(), z.number()]),
  }),
})

const createTask = (account: Account, { body }: Matched): Answered => {
  const parsed = task.safeParse(jsonIn(body))
  if (!parsed.success) return missing(String(parsed.error.issues[0]?.path[1] ?? 'dealTask'))
  const { ownerType, relid, duedate } = parsed.data.dealTask
  if (Number.isNaN(Date.parse(duedate))) return invalid('duedate', 'The duedate is not valid.')
  if (ownerType === 'contact' && !account.contacts.has(relid)) return noResult('Subscriber', relid)
  if (ownerType === 'deal' && !account.deals.has(relid)) return noResult('Deal', relid)
  const made = { ...parsed.data.dealTask, id: account.next('task', 61) }
  account.tasks.set(made.id, made)
  return { status: 201, json: { dealTask: made } }
}

/** Deals, tasks and notes. */
export const dealRoutes: readonly Route<Account>[] = [
  { method: 'POST', path: /^deals$/, answer: create },
  { method: 'PUT', path: /^deals\/(\d+)$/, answer: change },
  {
    method: 'GET',
    path: /^deals\/(\d+)$/,
    answer: (account, { parts: [id = ''] }) => {
      const held = account.deals.get(id)
      return held ? { status: 200, json: { deal: shown(held) } } : noResult('Deal', id)
    },
  },
  {
    method: 'GET',
    path: /^contacts\/(\d+)\/deals$/,
    answer: (account, { parts: [contact] }) => {
      const deals = [...account.deals.values()].filter((each) => String(each.contact) === contact)
      return { status: 200, json: { deals: deals.map(shown) } }
    },
  },
  { method: 'POST', path: /^dealTasks$/, answer: createTask },
  { method: 'POST', path: /^notes$/, answer: noteOnContact },
  {
    method: 'POST',
    path: /^deals\/(\d+)\/notes$/,
    answer: (account, { body, parts: [id = ''] }) =>
      account.deals.has(id) ? writeNote(account, body, `deals/${id}`) : noResult('Deal', id),
  },
  {
    method: 'GET',
    path: /^((?:contacts|deals)\/\d+)\/notes$/,
    answer: (account, { parts: [on] }) => {
      const notes = [...account.notes.values()].filter((each) => each.on === on)
      return { status: 200, json: { notes } }
    },
  },
]
