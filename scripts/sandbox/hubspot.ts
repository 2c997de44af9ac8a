import { z } from 'zod'
import {
  conflict,
  missing,
  noSuchPath,
  notFound,
  tooFast,
  unauthorised,
  unreadable,
} from './hubspot-errors.ts'
import { RecordShelf, refusal } from './hubspot-records.ts'
import type { HubspotRecord, Kind } from './hubspot-records.ts'
import { jsonIn } from './json-body.ts'
import { RequestRate } from './request-rate.ts'
import type { Answered, Asked, Character } from './stand-in.ts'

const properties = z.record(z.string(), z.unknown())
const associations = z.array(
  z.looseObject({ to: z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) }) }),
)
const newRecord = z.looseObject({ properties, associations: associations.default([]) })
const batch = z.looseObject({
  inputs: z.array(z.looseObject({ id: z.string(), idProperty: z.string().optional(), properties })).min(1),
})
const search = z.looseObject({
  filterGroups: z.array(
    z.looseObject({
      filters: z.array(
        z.looseObject({ propertyName: z.string(), operator: z.string(), value: z.string().optional() }),
      ),
    }),
  ),
  limit: z.number().default(10),
})

type Handler = (asked: Asked, parts: string[]) => Answered

/** Requests that HubSpot takes from one private app in ten seconds. */
const limit = { requests: 100, perMs: 10_000 }

/**
 * Enough of HubSpot for every action of the connector: it keeps what it is sent, and refuses what HubSpot would
 * refuse, with HubSpot's own error bodies.
 */
export function hubspotStandIn(token: string, now: () => Date): Character {
  const fresh = () => ({
    contacts: new RecordShelf(50_001, now),
    deals: new RecordShelf(880_001, now),
    notes: new RecordShelf(330_001, now),
    tasks: new RecordShelf(340_001, now),
    lists: new Map<string, Set<string>>(),
    unsubscribed: new Set<string>(),
  })
  let held = fresh()
  let rate = new RequestRate(limit, now)

  const upsert: Handler = ({ body }) => {
    const parsed = batch.safeParse(jsonIn(body))
    if (!parsed.success) return unreadable()
    const refused = parsed.data.inputs.map((each) => refusal('contacts', each.properties)).find(Boolean)
    if (refused) return refused
    const results = parsed.data.inputs.map(({ id, idProperty, properties: values }) => {
      const known = held.contacts.find(id, idProperty)
      const record = known
        ? held.contacts.update(known, values)
        : held.contacts.create({ [idProperty ?? 'email']: id, ...values })
      return { ...shown(record), new: !known }
    })
    return { status: 200, json: { status: 'COMPLETE', results } }
  }

  const create: Handler = ({ body }, [kind]) => {
    if (!isKind(kind)) return noSuchPath(`objects/${kind}`)
    const parsed = newRecord.safeParse(jsonIn(body))
    if (!parsed.success) return unreadable()
    const { properties: values, associations: linked } = parsed.data
    const refused = refusal(kind, values)
    if (refused) return refused
    const email = values.email
    const known =
      kind === 'contacts' && typeof email === 'string' ? held.contacts.find(email, 'email') : undefined
    if (known) return conflict(known.id)
    const record = held[kind].create(
      values,
      linked.map(({ to }) => to.id),
    )
    return { status: 201, json: shown(record) }
  }

  const read: Handler = ({ query }, [kind, id]) => {
    const record = isKind(kind) && id ? held[kind].find(id, query.get('idProperty')) : undefined
    if (!record) return notFound()
    const contacts = {
      results: record.associations
        .filter((each) => held.contacts.records.has(each))
        .map((each) => ({ id: each })),
    }
    const linked =
      query.get('associations') && contacts.results.length > 0 ? { associations: { contacts } } : {}
    return { status: 200, json: { ...shown(record, query.get('properties')), ...linked } }
  }

  const update: Handler = ({ query, body }, [kind, id]) => {
    if (!isKind(kind) || !id) return notFound()
    const parsed = newRecord.safeParse(jsonIn(body))
    if (!parsed.success) return unreadable()
    const refused = refusal(kind, parsed.data.properties)
    if (refused) return refused
    const record = held[kind].find(id, query.get('idProperty'))
    return record
      ? { status: 200, json: shown(held[kind].update(record, parsed.data.properties)) }
      : notFound()
  }

  const find: Handler = ({ body }, [kind]) => {
    const parsed = search.safeParse(jsonIn(body))
    if (!parsed.success || !isKind(kind)) return unreadable()
    const { filterGroups, limit: most } = parsed.data
    const results = [...held[kind].records.values()].filter((record) =>
      filterGroups.some(({ filters }) => filters.every((filter) => passes(record, filter))),
    )
    return {
      status: 200,
      json: { total: results.length, results: results.slice(0, most).map((record) => shown(record)) },
    }
  }

  const changeList: Handler = ({ body }, [listId, verb]) => {
    const parsed = z.array(z.union([z.string(), z.number()]).transform(String)).safeParse(jsonIn(body))
    if (!parsed.success || !listId) return unreadable()
    const members = held.lists.get(listId) ?? new Set<string>()
    held.lists.set(listId, members)
    const there = parsed.data.filter((id) => held.contacts.records.has(id))
    const changed = there.filter((id) => members.has(id) === (verb === 'remove'))
    for (const id of changed) {
      if (verb === 'add') members.add(id)
      else members.delete(id)
    }
    const recordIdsMissing = parsed.data.filter((id) => !held.contacts.records.has(id))
    const [recordsIdsAdded, recordIdsRemoved] = verb === 'add' ? [changed, []] : [[], changed]
    return { status: 200, json: { recordsIdsAdded, recordIdsRemoved, recordIdsMissing } }
  }

  const unsubscribe: Handler = ({ query }, [email]) => {
    if (query.get('channel') !== 'EMAIL') return missing('channel')
    held.unsubscribed.add(email ?? '')
    return { status: 200, json: { status: 'COMPLETE', results: [] } }
  }

  const account: Handler = () => ({
    status: 200,
    json: {
      portalId: 145_000_111,
      timeZone: 'Europe/Madrid',
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    },
  })

  const routes: [method: string, path: RegExp, handler: Handler][] = [
    ['GET', /^\/account-info\/v3\/details$/, account],
    ['POST', /^\/crm\/v3\/objects\/contacts\/batch\/upsert$/, upsert],
    ['POST', /^\/crm\/v3\/objects\/(\w+)\/search$/, find],
    ['POST', /^\/crm\/v3\/objects\/(\w+)$/, create],
    ['GET', /^\/crm\/v3\/objects\/(\w+)\/([^/]+)$/, read],
    ['PATCH', /^\/crm\/v3\/objects\/(\w+)\/([^/]+)$/, update],
    ['PUT', /^\/crm\/v3\/lists\/([^/]+)\/memberships\/(add|remove)$/, changeList],
    ['POST', /^\/communication-preferences\/v4\/statuses\/([^/]+)\/unsubscribe-all$/, unsubscribe],
  ]

  return {
    name: 'HubSpot stand-in',
    state: () => ({
      contacts: [...held.contacts.records.values()],
      deals: [...held.deals.records.values()],
      notes: [...held.notes.records.values()],
      tasks: [...held.tasks.records.values()],
      lists: Object.fromEntries([...held.lists].map(([id, members]) => [id, [...members]])),
      unsubscribed: [...held.unsubscribed],
    }),
    reset() {
      held = fresh()
      rate = new RequestRate(limit, now)
    },
    answer(asked) {
      if (asked.headers.authorization !== `Bearer ${token}`)
        return { ...unauthorised(), note: 'another access token' }
      if (!rate.take().ok) return { ...tooFast(), note: 'too fast' }
      for (const [method, path, handler] of routes) {
        const match = method === asked.method ? path.exec(asked.path) : null
        if (match) return handler(asked, match.slice(1).map(decodeURIComponent))
      }
      return noSuchPath(asked.path)
    },
  }
}

function isKind(kind: string | undefined): kind is Kind {
  return kind === 'contacts' || kind === 'deals' || kind === 'notes' || kind === 'tasks'
}

function shown(record: HubspotRecord, wanted?: string | null): Record<string, unknown> {
  const names = wanted?.split(',') ?? Object.keys(record.properties)
  const values = names.map((name) => [name, record.properties[name] || null])
  const { id, createdAt, updatedAt } = record
  return {
    id,
    properties: { ...Object.fromEntries(values), hs_object_id: id },
    createdAt,
    updatedAt,
    archived: false,
  }
}

function passes(
  record: HubspotRecord,
  filter: { propertyName: string; operator: string; value?: string },
): boolean {
  const { propertyName: name, operator, value = '' } = filter
  if (name === 'createdate') return operator !== 'GTE' || Date.parse(record.createdAt) >= Number(value)
  return operator !== 'EQ' || record.properties[name]?.toLowerCase() === value.toLowerCase()
}
