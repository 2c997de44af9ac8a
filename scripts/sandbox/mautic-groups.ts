import { z } from 'zod'
import { jsonIn } from './json-body.ts'
import { notFound } from './mautic-errors.ts'
import type { Instance } from './mautic-instance.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

/** Puts somebody into a segment or a campaign, or takes them out; both are one path. */
const membership = (instance: Instance, { parts: [kind, group, contact, verb] }: Matched): Answered => {
  const members = (kind === 'segments' ? instance.segments : instance.campaigns).get(Number(group))
  if (!members || !instance.contacts.has(Number(contact))) return notFound()
  if (verb === 'remove') members.delete(Number(contact))
  else if (!members.has(Number(contact))) members.set(Number(contact), instance.time())
  return { status: 200, json: { success: 1 } }
}

const campaignsOf = (instance: Instance, { parts: [contact] }: Matched): Answered => {
  const found = [...instance.campaigns].flatMap(([id, members]) => {
    const dateAdded = members.get(Number(contact))
    return dateAdded === undefined
      ? []
      : [[id, { id, name: `Campaign ${id}`, dateAdded, manuallyAdded: true }]]
  })
  return {
    status: 200,
    json: { total: found.length, campaigns: found.length > 0 ? Object.fromEntries(found) : [] },
  }
}

/** Sends to everybody who has an address, also to who has unsubscribed; says inside whether it did. */
const send = (instance: Instance, { body, parts: [email, id] }: Matched): Answered => {
  const contact = instance.contacts.get(Number(id))
  if (!instance.emails.has(Number(email)) || !contact) return notFound()
  if (!contact.values.email) return { status: 200, json: { success: false, failed: 'Invalid email address' } }
  const tokens = z.looseObject({ tokens: z.unknown() }).safeParse(jsonIn(body)).data?.tokens
  instance.sent.push({ email: Number(email), contact: contact.id, tokens })
  return { status: 200, json: { success: true } }
}

/** Segments, campaigns and emails. */
export const groupRoutes: readonly Route<Instance>[] = [
  { method: 'POST', path: /^(segments|campaigns)\/(\d+)\/contact\/(\d+)\/(add|remove)$/, answer: membership },
  { method: 'GET', path: /^contacts\/(\d+)\/campaigns$/, answer: campaignsOf },
  { method: 'POST', path: /^emails\/(\d+)\/contact\/(\d+)\/send$/, answer: send },
]
