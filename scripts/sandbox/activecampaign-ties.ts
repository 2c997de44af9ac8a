import { z } from 'zod'
import type { Account, Tie } from './activecampaign-account.ts'
import { invalid, missing, noResult } from './activecampaign-errors.ts'
import { jsonIn } from './json-body.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

const id = z.union([z.string(), z.number()]).transform(String)

/** Contact and the other thing of a new tie, where both exist. */
function tie(
  account: Account,
  { body }: Matched,
  wanted: { under: string; to: string; what: string; exists: (id: string) => boolean },
): { contact: string; to: string; told: Record<string, unknown> } | Answered {
  const told = z.record(z.string(), z.looseObject({})).safeParse(jsonIn(body)).data?.[wanted.under]
  if (!told) return missing(wanted.under)
  const parsed = z.looseObject({ contact: id, [wanted.to]: id }).safeParse(told)
  if (!parsed.success) return missing(parsed.error.issues[0]?.path.map(String).join('.') ?? wanted.to)
  const contact = String(parsed.data.contact)
  const to = String(parsed.data[wanted.to])
  if (!account.contacts.has(contact)) return noResult('Subscriber', contact)
  if (!wanted.exists(to)) return noResult(wanted.what, to)
  return { contact, to, told }
}

const tag = (account: Account, asked: Matched): Answered => {
  const exists = (to: string) => account.tags.has(to)
  const tied = tie(account, asked, { under: 'contactTag', to: 'tag', what: 'Tag', exists })
  if ('status' in tied) return tied
  const { contact, to } = tied
  const known = [...account.contactTags.values()].find((each) => each.contact === contact && each.to === to)
  const made = known ?? { id: account.next('contactTag', 901), contact, to, made: account.time() }
  account.contactTags.set(made.id, made)
  touch(account, contact)
  return { status: known ? 200 : 201, json: { contactTag: shown(made, 'tag') } }
}

const subscribe = (account: Account, asked: Matched): Answered => {
  const exists = (to: string) => account.lists.has(to)
  const tied = tie(account, asked, { under: 'contactList', to: 'list', what: 'List', exists })
  if ('status' in tied) return tied
  const { contact, to, told } = tied
  const status = String(told.status)
  if (status !== '1' && status !== '2') return invalid('status', 'The status is not valid.')
  const known = [...account.contactLists.values()].find((each) => each.contact === contact && each.to === to)
  const made = {
    ...known,
    id: known?.id ?? account.next('contactList'),
    contact,
    to,
    made: account.time(),
    status,
  }
  account.contactLists.set(made.id, made)
  touch(account, contact)
  return { status: known ? 200 : 201, json: { contactList: shown(made, 'list') } }
}

/** Whoever is in an automation already enters it once more, as where that is allowed. */
const enter = (account: Account, asked: Matched): Answered => {
  const exists = (to: string) => account.automations.has(to)
  const under = 'contactAutomation'
  const tied = tie(account, asked, { under, to: 'automation', what: 'Series', exists })
  if ('status' in tied) return tied
  const made = { id: account.next(under, 71), contact: tied.contact, to: tied.to, made: account.time() }
  account.contactAutomations.set(made.id, made)
  return { status: 201, json: { contactAutomation: shown(made, 'automation') } }
}

const shown = ({ id: number, contact, to, made, status }: Tie, name: string): Record<string, unknown> => ({
  id: number,
  contact,
  [name]: to,
  cdate: made,
  adddate: made,
  ...(status === undefined ? {} : { status }),
})

function touch(account: Account, contact: string): void {
  const known = account.contacts.get(contact)
  if (known) account.contacts.set(contact, { ...known, udate: account.time() })
}

/** Everything of one kind that hangs on a contact. */
const ties = (
  under: 'contactTags' | 'contactLists' | 'contactAutomations',
  name: string,
): Route<Account> => ({
  method: 'GET',
  path: new RegExp(`^contacts/(\\d+)/${under}$`),
  answer: (account, { parts: [contact = ''] }) => {
    if (!account.contacts.has(contact)) return noResult('Subscriber', contact)
    const held = [...account[under].values()].filter((each) => each.contact === contact)
    return { status: 200, json: { [under]: held.map((each) => shown(each, name)) } }
  },
})

const untie = (under: 'contactTags' | 'contactAutomations', what: string): Route<Account> => ({
  method: 'DELETE',
  path: new RegExp(`^${under}/(\\d+)$`),
  answer: (account, { parts: [number = ''] }) =>
    account[under].delete(number) ? { status: 200, json: {} } : noResult(what, number),
})

/** What contains the text, closest first where that is asked for. */
const findTags = (account: Account, { query }: Matched): Answered => {
  const wanted = (query.get('search') ?? '').toLowerCase()
  const found = [...account.tags.values()].filter((each) => each.tag.toLowerCase().includes(wanted))
  const weight = (name: string) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2)
  const tags =
    query.get('orders[search]') === 'weight'
      ? found.toSorted((a, b) => weight(a.tag.toLowerCase()) - weight(b.tag.toLowerCase()))
      : found
  const limit = Math.min(Number(query.get('limit') ?? 20), 100)
  return { status: 200, json: { tags: tags.slice(0, limit), meta: { total: String(tags.length) } } }
}

const makeTag = (account: Account, { body }: Matched): Answered => {
  const told = z.looseObject({ tag: z.looseObject({ tag: z.string().min(1), tagType: z.string() }) })
  const parsed = told.safeParse(jsonIn(body))
  if (!parsed.success) return missing('tag')
  const { tag: name, tagType } = parsed.data.tag
  if ([...account.tags.values()].some((each) => each.tag.toLowerCase() === name.toLowerCase())) {
    return invalid('tag', 'The tag exists already.', 'duplicate')
  }
  const made = { id: account.next('tag', 20), tag: name, tagType }
  account.tags.set(made.id, made)
  return { status: 201, json: { tag: made } }
}

/** What ties a contact to a tag, a list or an automation, each with a number of its own. */
export const tieRoutes: readonly Route<Account>[] = [
  { method: 'GET', path: /^tags$/, answer: findTags },
  { method: 'POST', path: /^tags$/, answer: makeTag },
  { method: 'POST', path: /^contactTags$/, answer: tag },
  { method: 'POST', path: /^contactLists$/, answer: subscribe },
  { method: 'POST', path: /^contactAutomations$/, answer: enter },
  ties('contactTags', 'tag'),
  ties('contactLists', 'list'),
  ties('contactAutomations', 'automation'),
  untie('contactTags', 'SubscriberTag'),
  untie('contactAutomations', 'SubscriberSeries'),
]
