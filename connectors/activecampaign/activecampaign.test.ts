import { describe, expect, it } from 'vitest'
import { httpOver, readHook } from '#sdk'
import { answerOf, connectorContract, hookOf } from '#sdk/testing'
import activecampaign from './index.ts'

connectorContract(activecampaign, import.meta.dirname)

const auth = activecampaign.auth.fields.parse({ accountUrl: 'https://lumen.api-us1.com', apiKey: 'k' })
const withSecret = activecampaign.auth.fields.parse({ ...auth, hookSecret: 'sixteen-letters-or-more' })
const headers = { 'content-type': 'application/x-www-form-urlencoded' }
const at = '2026-11-02T04%3A15%3A30-06%3A00'
const tagged = (time = at) => `type=contact_tag_added&date_time=${time}&tag=vip&contact%5Bid%5D=418`

function keyOf(body: string): string {
  const reading = readHook(activecampaign, hookOf({ headers, body }), [auth])
  return reading.outcome === 'read' && reading.items[0]?.ok ? reading.items[0].dedupeKey : reading.outcome
}

describe('ActiveCampaign’s webhooks', () => {
  it('count once when they are sent twice, and again when it happens again', () => {
    expect(keyOf(tagged())).toBe(keyOf(tagged()))
    expect(keyOf(tagged())).not.toBe(keyOf(tagged('2026-11-02T04%3A15%3A31-06%3A00')))
  })

  it('are refused without the secret, as soon as the owner set one', () => {
    const read = (url: string) =>
      readHook(activecampaign, hookOf({ headers, body: tagged(), url }), [withSecret])
    const address = 'https://hub.example.org/hooks/k3y'
    expect(read(address)).toMatchObject({ outcome: 'refused', reason: { code: 'secret_not_presented' } })
    expect(read(`${address}?secret=guessed`)).toMatchObject({ reason: { code: 'secret_mismatch' } })
    expect(read(`${address}?secret=sixteen-letters-or-more`).outcome).toBe('read')
  })

  it('cannot pass for what the hub asked for itself', () => {
    const page = JSON.stringify({ since: '2026-11-02T00:00:00Z', contacts: [{ id: '1' }] })
    const reading = readHook(
      activecampaign,
      hookOf({ headers: { 'content-type': 'application/json' }, body: page }),
      [auth],
    )
    expect(reading).toMatchObject({ inbound: 'webhook', items: [{ ok: false }] })
  })
})

describe('what a poll and a webhook tell of one contact', () => {
  const posted = (more = '') =>
    readHook(
      activecampaign,
      hookOf({ headers, body: `type=update&contact%5Bid%5D=418&contact%5Bfirst_name%5D=Nadia${more}` }),
      [auth],
    )

  it('is compared under one name', () => {
    expect(posted()).toMatchObject({ items: [{ snapshot: { id: 'contact 418' } }] })
  })

  it('differs where a custom field alone changed, which the poll does not see', () => {
    expect(posted('&contact%5Bfields%5D%5Bplan%5D=pro')).toMatchObject({
      items: [{ snapshot: { fields: { first_name: 'Nadia', 'fields.plan': 'pro' } } }],
    })
  })

  it('leaves a tag, a click or a subscription a fact of its own', () => {
    const reading = readHook(activecampaign, hookOf({ headers, body: tagged() }), [auth])
    expect(reading.outcome === 'read' && reading.items[0]).not.toHaveProperty('snapshot')
  })
})

describe('ActiveCampaign’s answers', () => {
  it('that say 200 and have done nothing are failures', () => {
    expect(activecampaign.explain?.(answerOf('{"success":false,"message":"Already there"}'))).toEqual({
      class: 'fix_mapping',
      message: 'Already there',
    })
    expect(activecampaign.explain?.(answerOf('{"succeeded":0}'))).toMatchObject({ class: 'fix_mapping' })
  })

  it('that are a whole success stay one', () => {
    expect(activecampaign.explain?.(answerOf('{"contact":{"id":"1"}}'))).toBeUndefined()
    expect(activecampaign.explain?.(answerOf('{"success":1}'))).toBeUndefined()
    expect(activecampaign.explain?.(answerOf(''))).toBeUndefined()
  })
})

describe('a contact with more lists, tags, notes and deals than a page holds', () => {
  const at = '2026-11-02T04:15:30-06:00'
  const of = (name: string, more: object = {}) =>
    Array.from({ length: 130 }, (_, id) => ({ id: String(id + 1), [name]: String(id + 1), ...more }))
  const held: Record<string, object[]> = {
    tags: [{ id: '130', tag: 'vip', tagType: 'contact' }],
    contactTags: of('tag'),
    contactLists: of('list', { status: '2' }),
    contactAutomations: of('automation', { adddate: at }),
    notes: of('note', { cdate: at }),
    deals: of('title', { cdate: at }),
    fields: [],
    fieldValues: of('field', { value: 'pro' }),
    contacts: [{ id: '418', email: 'nadia@example.org' }],
  }
  const sent: string[] = []
  /** As the vendor documents it: twenty unless asked for more, a hundred at most. */
  const http = httpOver(async (method, path, { query = {} } = {}) => {
    sent.push(`${method} ${path}`)
    const name = path.split('/').at(-1) ?? ''
    const from = Number(query.offset ?? 0)
    const page = held[name]?.slice(from, from + Math.min(Number(query.limit ?? 20), 100))
    return answerOf(JSON.stringify({ [name]: page }))
  })
  const context = { http, auth, key: 'dlv_1', now: new Date(at) }
  const { actions } = activecampaign

  it('is not put back on a list that they left', async () => {
    const subscribing = actions.subscribeToList?.run(context, {
      listId: '130',
      contactId: '418',
      resubscribe: false,
    })
    await expect(subscribing).rejects.toThrow('has unsubscribed from list 130')
  })

  it('loses the tag that is to be taken off, and leaves the automation that is to be left', async () => {
    await actions.removeTag?.run(context, { tag: 'vip', contactId: '418' })
    await actions.removeFromAutomation?.run(context, { automationId: '130', contactId: '418' })
    expect(sent).toContain('DELETE api/3/contactTags/130')
    expect(sent).toContain('DELETE api/3/contactAutomations/130')
  })

  it('gets a note or a deal once, where nobody knows whether the first try of it arrived', async () => {
    const doubt = { since: new Date(at), key: 'dlv_1' }
    const found = { outcome: 'found', output: { id: '130' } }
    const who = { contactId: '418' }
    expect(await actions.addNote?.confirm?.(context, { note: '130', ...who }, doubt)).toEqual(found)
    expect(await actions.createDeal?.confirm?.(context, { title: '130', ...who }, doubt)).toEqual(found)
  })

  it('keeps what a field holds already, where only empty ones are to be filled', async () => {
    const current = actions.syncContact?.current?.(context, {
      email: 'nadia@example.org',
      fields: { 130: 'free' },
    })
    expect(await current).toMatchObject({ fields: { 130: 'pro' } })
  })
})

it('does not reach for another port than ActiveCampaign can', async () => {
  const { registration } = activecampaign
  const context = { http: {} as never, auth, now: new Date(), subject: '' }
  const hook = { url: 'https://hub.example.org:8443/hooks/k3y', id: 'x' }
  await expect(registration?.register(context, hook)).rejects.toThrow('port 443 only')
})
