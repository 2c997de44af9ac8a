import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { z } from '#sdk'
import type { Source } from '../../mappings/mapping.ts'
import { deliveryCollection } from '../deliveries/delivery-store.ts'
import { credentialsContext } from '../connections/connection-directory.ts'
import { pauseConnection } from '../connections/pause-connection.ts'
import { resumeConnection } from '../connections/resume-connection.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import { replayDelivery } from '../deliveries/replay-delivery.ts'
import { resolveUnconfirmed } from '../deliveries/resolve-unconfirmed.ts'
import { deleteConnection } from '../connections/delete-connection.ts'
import { deleteFlow } from '../flows/delete-flow.ts'
import { pauseFlow } from '../flows/pause-flow.ts'
import { workspaceDeps } from '../deps.ts'
import type { FlowDefinition } from '../flows/flow.ts'
import { createNumbers } from '../platform/numbers.ts'
import { replayReceipt } from '../receipts/replay-receipt.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'

const STRIPE_SECRET = 'whsec_stripe_test'
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`

const saleData = z.object({ data: z.object({ email: z.string(), total: z.number() }) })
const welcomeData = z.object({ data: z.object({ email: z.string() }) })

let clock = 0
const now = () => new Date(Date.now() + clock)
let receiver: Receiver
let hub: TestHub
let workspaceId: string
let sales = 0

beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network }, { now })
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})

afterAll(async () => {
  await hub.close()
  await receiver.close()
})

beforeEach(() => {
  receiver.received.length = 0
  receiver.answer((_request, response) => response.writeHead(200).end('{}'))
})

const stores = () => hub.deps.storesOf(workspaceId)
const wire = () => wireUp(hub.deps, workspaceId)

async function post(connection: WiredConnection, body: string, secret = STRIPE_SECRET): Promise<number> {
  const response = await fetch(`${hub.url}${connection.hookPath}`, {
    method: 'POST',
    headers: stripeHeaders(body, secret, now()),
    body,
  })
  await response.arrayBuffer()
  return response.status
}

/** What one connection has sent; the others of this file have the same receiver. */
function receivedFrom({ id }: WiredConnection) {
  return receiver.received.filter(({ path }) => path === `/${id}`)
}

async function latestReceipt(connection: WiredConnection) {
  const [receipt] = await stores().receipts.page({ connectionId: connection.id }, undefined, 1)
  return receipt!
}

async function eventOf(connection: WiredConnection) {
  const [event] = await stores().events.page({ connectionId: connection.id }, undefined, 1)
  return event!
}

async function deliveriesOf(eventId: string): Promise<Delivery[]> {
  return stores().deliveries.page({ eventId }, undefined, 10)
}

async function statesAt({ id }: WiredConnection) {
  const found = await stores().deliveries.page({ connectionId: id }, undefined, 10)
  return found.map(({ state }) => state).toSorted()
}

/** Some time later, when everything has been looked through that could have slipped by. */
async function later(ms: number): Promise<void> {
  clock += ms
  await hub.pipeline.wakeDue()
  await hub.pipeline.sweep()
  await hub.settled()
}

/** A Stripe connection whose sales go out as signed webhooks, one connection of its own for each test. */
async function saleToWebhook(over: { actionId?: string; filter?: object } = {}) {
  const actionId = over.actionId ?? 'sendWebhook'
  const stripe = await wire().connection('stripe', { signingSecret: STRIPE_SECRET })
  const out = await wire().connection('webhook', { signingSecret: SIGNING_SECRET })
  const fields: Record<string, Source> =
    actionId === 'sendWebhook'
      ? {
          url: fixed(`${receiver.url}/${out.id}`),
          type: field('event.name'),
          'data.email': field('contact.email'),
          'data.total': field('event.properties.total'),
        }
      : { url: fixed(`${receiver.url}/${out.id}`), method: fixed('POST'), text: field('contact.email') }
  const mappingId = await wire().mapping('webhook', actionId, fields)
  const only = step(hub.deps, out.id, actionId, mappingId)
  const flowId = await wire().flow({
    trigger: { connectionId: stripe.id, events: ['order.completed'] },
    entry: 'every_event',
    steps: [only],
    ...(over.filter ? { filter: over.filter as never } : {}),
  })
  return { stripe, out, flowId, mappingId }
}

describe('the road of one event', () => {
  it('R153 turns a genuinely signed sale into a contact and a webhook that its receiver can verify', async () => {
    const { stripe, out } = await saleToWebhook()
    expect(await post(stripe, stripeSale(++sales))).toBe(202)
    await hub.settled()

    const [request] = receivedFrom(out)
    const verified = new Webhook(SIGNING_SECRET).verify(
      request!.body,
      request!.headers as Record<string, string>,
    )
    expect(verified).toMatchObject({
      type: 'order.completed',
      data: { email: `cus_${sales}@example.com`, total: (1000 + sales) / 100 },
    })
    const event = await eventOf(stripe)
    const contact = await stores().contacts.find(event.contactId!)
    expect(contact).toMatchObject({ email: `cus_${sales}@example.com` })
    expect(await latestReceipt(stripe)).toMatchObject({ state: 'done', eventIds: [event.id] })
    const [delivery] = await deliveriesOf(event.id)
    expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ outcome: 'delivered' }] })
    expect(request!.headers['webhook-id']).toBe(delivery!.id)
    await expect
      .poll(async () => (await stores().exchanges.ofAttempt(delivery!.attempts[0]!.id))?.exchanges)
      .toContain(out.id)
  })

  it('is the same for a request that is too large to wait in memory, in the order of its person', async () => {
    const { stripe, out } = await saleToWebhook()
    const [small, large, last] = [++sales, ++sales, ++sales]
    const sale = (number: number) => stripeSale(number, { customer: 'cus_large' })
    await post(stripe, sale(small))
    await post(stripe, sale(large).replace('{', `{"note":"${'x'.repeat(40_000)}",`))
    await post(stripe, sale(last))
    await hub.settled()
    const totals = receivedFrom(out).map(({ body }) => saleData.parse(JSON.parse(body)).data.total)
    expect(totals).toEqual([small, large, last].map((number) => (1000 + number) / 100))
  })

  it('counts a fact once, however often the vendor sends it', async () => {
    const { stripe, out } = await saleToWebhook()
    const sale = stripeSale(++sales)
    for (const _ of [1, 2, 3]) expect(await post(stripe, sale)).toBe(202)
    await hub.settled()
    expect(receivedFrom(out)).toHaveLength(1)
    const states = (await stores().receipts.page({ connectionId: stripe.id }, undefined, 10)).map(
      ({ state }) => state,
    )
    expect(states.toSorted()).toEqual(['done', 'duplicate', 'duplicate'])
  })

  it('sends once what a person may get once, although one request brings them several times, and says why not again', async () => {
    const form = await wire().connection('webhook', { incomingCheck: 'none' })
    const out = await wire().connection('webhook', {})
    const mappingId = await wire().mapping('webhook', 'sendWebhook', {
      url: fixed(`${receiver.url}/${out.id}`),
      type: fixed('welcome'),
      'data.a': fixed(1),
    })
    const flowId = await wire().flow({
      trigger: { connectionId: form.id, events: ['form.submitted'] },
      entry: 'once_per_contact',
      steps: [step(hub.deps, out.id, 'sendWebhook', mappingId)],
    })
    const countedBefore = new Map(hub.deps.metrics.events.counts)
    const times = [1, 2, 3].map((time) => ({ email: 'once@example.com', time }))
    await fetch(`${hub.url}${form.hookPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(times),
    })
    await expect.poll(() => receivedFrom(out), { timeout: 10_000 }).toHaveLength(1)
    await hub.settled()
    expect(receivedFrom(out)).toHaveLength(1)

    const events = await stores().events.page({ connectionId: form.id }, undefined, 10)
    const [entered] = events.filter(({ matches }) => matches[0]!.outcome === 'entered')
    expect(events.filter((event) => event !== entered).map(({ matches }) => matches)).toEqual(
      [1, 2].map(() => [
        {
          flowId,
          version: 1,
          outcome: 'not_matched',
          runId: entered!.matches[0]!.runId,
          reason: { code: 'entered_before', data: { event: entered!.id } },
        },
      ]),
    )
    expect(await deliveriesOf(entered!.id)).toMatchObject([{ state: 'delivered' }])
    const counted = (label: string) =>
      (hub.deps.metrics.events.counts.get(label) ?? 0) - (countedBefore.get(label) ?? 0)
    expect({ yes: counted('yes'), no: counted('no') }).toEqual({ yes: 1, no: 2 })
  })

  it('sends nobody a step that was added after they had been in a flow that each person goes through once', async () => {
    const form = await wire().connection('webhook', { incomingCheck: 'none' })
    const out = await wire().connection('webhook', {})
    const stepTo = async (path: string) =>
      step(
        hub.deps,
        out.id,
        'sendWebhook',
        await wire().mapping('webhook', 'sendWebhook', {
          url: fixed(`${receiver.url}/${out.id}/${path}`),
          type: fixed('welcome'),
          'data.email': field('event.contact.email'),
        }),
      )
    const definition: FlowDefinition = {
      trigger: { connectionId: form.id, events: ['form.submitted'] },
      entry: 'once_per_contact',
      steps: [await stepTo('first')],
    }
    const flowId = await wire().flow(definition)
    const submit = async (email: string) => {
      await fetch(`${hub.url}${form.hookPath}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, time: ++sales }),
      })
      await hub.settled()
    }
    await submit('there-before@example.com')
    const more = { ...definition, steps: [...definition.steps, await stepTo('added')] }
    const flow = await stores().flows.find(flowId)
    await stores().flows.publish(flow!, {
      flowId,
      workspaceId,
      version: 2,
      definition: more,
      publishedAt: now(),
      publishedBy: 'test',
    })
    await hub.deps.config.bump()
    await submit('there-before@example.com')
    await submit('new-there@example.com')

    const sent = receiver.received.flatMap(({ path, json }) => {
      const [, id, which] = path.split('/')
      return id === out.id ? [`${which} ${welcomeData.parse(json).data.email}`] : []
    })
    expect(sent.toSorted()).toEqual([
      'added new-there@example.com',
      'first new-there@example.com',
      'first there-before@example.com',
    ])
    const reasons = (await stores().events.page({ connectionId: form.id }, undefined, 10)).map(
      ({ matches }) => matches[0]!.reason?.code,
    )
    expect(reasons).toEqual([undefined, 'entered_before', undefined])
  })

  it('counts a fact once that arrives again while it is on its way to the database', async () => {
    const { stripe, out } = await saleToWebhook()
    const body = stripeSale(++sales)
    const posts = 60
    const answers: Promise<number>[] = []
    // A millisecond apart, so that they are worked on in many batches, one beside the end of the one before.
    for (let at = 0; at < posts; at++) {
      answers.push(post(stripe, body))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(new Set(await Promise.all(answers))).toEqual(new Set([202]))
    await hub.settled()

    const receipts = await stores().receipts.page({ connectionId: stripe.id }, undefined, posts)
    const states = receipts.map(({ state }) => state).sort()
    expect(states).toEqual(['done', ...Array<string>(posts - 1).fill('duplicate')].sort())
    expect(receivedFrom(out)).toHaveLength(1)
  })

  it('counts a fact once that arrives again while the database does not take it', async () => {
    const { stripe, out } = await saleToWebhook()
    const { writes } = hub.deps.database
    const insertNew = writes.insertNew.bind(writes)
    let refused = 0
    writes.insertNew = (collection, docs, urgency) =>
      collection.collectionName === 'deliveries' && ++refused === 1
        ? Promise.reject(new Error('The database is away.'))
        : insertNew(collection, docs, urgency)
    const body = stripeSale(++sales)
    await post(stripe, body)
    await expect.poll(() => refused).toBe(1)
    await post(stripe, body)
    await hub.settled()
    writes.insertNew = insertNew

    const receipts = await stores().receipts.page({ connectionId: stripe.id }, undefined, 10)
    expect(receipts.map(({ state }) => state).sort()).toEqual(['done', 'duplicate'])
    expect(receivedFrom(out)).toHaveLength(1)
  })

  it('sends what is stored although its event is not yet, and sends it once', async () => {
    const { stripe, out } = await saleToWebhook()
    const { writes } = hub.deps.database
    const insertNew = writes.insertNew.bind(writes)
    let refused = 0
    writes.insertNew = (collection, docs, urgency) =>
      collection.collectionName === 'events' && ++refused === 1
        ? Promise.reject(new Error('The database is away.'))
        : insertNew(collection, docs, urgency)
    await post(stripe, stripeSale(++sales))
    await expect.poll(() => refused).toBe(2)
    await hub.settled()
    writes.insertNew = insertNew

    expect(await statesAt(out)).toEqual(['delivered'])
    expect(receivedFrom(out)).toHaveLength(1)
    expect(await latestReceipt(stripe)).toMatchObject({ state: 'done' })
    expect((await eventOf(stripe)).matches).toMatchObject([{ outcome: 'entered' }])
  })

  it('works a replayed receipt through again at once, and sends nothing a second time', async () => {
    const { stripe, out } = await saleToWebhook()
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    const { id } = await latestReceipt(stripe)
    const numbers = createNumbers(hub.deps.database.connection, 'receipts', hub.deps.database.exclusive)
    await replayReceipt(workspaceDeps(hub.deps, workspaceId), numbers, id)
    await hub.settled()
    expect(await latestReceipt(stripe)).toMatchObject({ state: 'done', revision: 1 })
    expect(receivedFrom(out)).toHaveLength(1)
  })

  it('still says what it has entered, although it is replayed while its flow is paused', async () => {
    const { stripe, flowId } = await saleToWebhook()
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    const { matches } = await eventOf(stripe)
    const deps = workspaceDeps(hub.deps, workspaceId)
    const { pausedAt } = await pauseFlow(deps, flowId)
    const numbers = createNumbers(hub.deps.database.connection, 'receipts', hub.deps.database.exclusive)
    await replayReceipt(deps, numbers, (await latestReceipt(stripe)).id)
    await hub.settled()
    expect(matches).toMatchObject([{ flowId, outcome: 'entered' }])
    expect((await eventOf(stripe)).matches).toEqual(matches)
    expect(await stores().events.countKeptOut({ flowId, since: pausedAt! }, now(), 10)).toBe(0)
  })

  describe('replayed, changes a contact', () => {
    /** A tool whose requests say who it is in two places, and what they have made of a contact. */
    async function tool() {
      const { id, hookPath } = await wire().connection('webhook', {
        incomingCheck: 'none',
        contactPath: 'data.short',
      })
      return {
        id,
        async post(body: object) {
          await fetch(`${hub.url}${hookPath}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ id: `fact-${++sales}`, timestamp: now().toISOString(), ...body }),
          })
          await hub.settled()
          return (await stores().receipts.page({ connectionId: id }, undefined, 1))[0]!.id
        },
        async replay(receiptId: string) {
          const numbers = createNumbers(hub.deps.database.connection, 'receipts', hub.deps.database.exclusive)
          await replayReceipt(workspaceDeps(hub.deps, workspaceId), numbers, receiptId)
          await hub.settled()
        },
      }
    }

    it('in nothing that the same fact has said before: a tag that was taken away since stays away', async () => {
      const { post: send, replay } = await tool()
      const email = 'tagged@example.com'
      const about = (type: string) => ({ type, data: { tag: 'trial', short: { email } } })
      const added = await send(about('contact.tag_added'))
      await send(about('contact.tag_removed'))
      await replay(added)
      expect(await stores().contacts.findByAddress('email', email)).toMatchObject({ tags: [] })
    })

    it('with a line in its history', async () => {
      const { id, post: send, replay } = await tool()
      const email = 'history@example.com'
      const receipt = await send({ data: { short: { email }, full: { email, first_name: 'Ada' } } })
      const settings = JSON.stringify({ incomingCheck: 'none', contactPath: 'data.full' })
      const credentials = hub.deps.vault.seal(settings, credentialsContext({ workspaceId, id }))
      await stores().connections.change(id, { credentials })
      await hub.deps.config.bump()
      await replay(receipt)
      const contact = await stores().contacts.findByAddress('email', email)
      expect(contact?.profile['first_name']?.value).toBe('Ada')
      const history = await stores().contactChanges.page(contact!.id, undefined, 10)
      expect(history.flatMap(({ changes }) => changes.map(({ field }) => field)).toSorted()).toEqual([
        'email',
        'first_name',
        'identity.email',
      ])
    })
  })

  it('refuses a request that differs by one byte, and keeps it whole with the reason', async () => {
    const { stripe, out } = await saleToWebhook()
    const body = stripeSale(++sales)
    const response = await fetch(`${hub.url}${stripe.hookPath}`, {
      method: 'POST',
      headers: stripeHeaders(body, STRIPE_SECRET, now()),
      body: `${body} `,
    })
    expect(response.status).toBe(401)
    const receipt = await stores().receipts.find((await latestReceipt(stripe)).id)
    expect(receipt).toMatchObject({ state: 'refused', reason: { code: 'signature_mismatch' } })
    expect(receipt!.body!.toString()).toBe(`${body} `)
    await hub.settled()
    expect(receivedFrom(out)).toHaveLength(0)
  })

  it('takes in what it cannot understand, and says why', async () => {
    const { stripe } = await saleToWebhook()
    expect(await post(stripe, 'this is not JSON')).toBe(202)
    await hub.settled()
    expect(await latestReceipt(stripe)).toMatchObject({
      state: 'not_understood',
      reason: { code: expect.any(String) },
    })
  })

  it('R177 says why a flow did not run, with the value that made its condition false', async () => {
    const filter = { path: 'event.properties.total', op: 'greater', value: 100_000 }
    const { stripe, out, flowId } = await saleToWebhook({ filter })
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    expect((await eventOf(stripe)).matches).toEqual([
      {
        flowId,
        version: 1,
        outcome: 'not_matched',
        reason: {
          code: 'filter_false',
          data: {
            path: 'event.properties.total',
            op: 'greater',
            expected: 100_000,
            actual: (1000 + sales) / 100,
          },
        },
      },
    ])
    expect(receivedFrom(out)).toHaveLength(0)
  })

  it('evaluates a formula away from the server and sends its result', async () => {
    const { stripe, out, mappingId } = await saleToWebhook()
    await wire().remap(mappingId, {
      url: { source: fixed(`${receiver.url}/${out.id}`), when: 'always' },
      type: { source: fixed('sale'), when: 'always' },
      'data.greeting': {
        source: { kind: 'formula', expression: '"Hello " & $uppercase(contact.email)' },
        when: 'always',
      },
    })
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    expect(receivedFrom(out)[0]!.json).toMatchObject({ data: { greeting: `Hello CUS_${sales}@EXAMPLE.COM` } })
  })

  it('keeps a delivery whose required field is missing, without holding up the next', async () => {
    const { stripe, mappingId } = await saleToWebhook()
    const customer = `cus_gap_${++sales}`
    await wire().remap(mappingId, {
      url: { source: field('event.properties.nothing_here'), when: 'always' },
      type: { source: fixed('sale'), when: 'always' },
      'data.a': { source: fixed(1), when: 'always' },
    })
    await post(stripe, stripeSale(++sales, { customer }))
    await hub.settled()
    const [gap] = await deliveriesOf((await eventOf(stripe)).id)
    expect(gap).toMatchObject({ state: 'needs_mapping', problems: [{ field: 'url' }] })
  })

  it('hands the answer of one step to the next', async () => {
    receiver.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"deal-77"}')
    })
    const stripe = await wire().connection('stripe', { signingSecret: STRIPE_SECRET })
    const out = await wire().connection('webhook', {})
    const first = step(
      hub.deps,
      out.id,
      'sendWebhook',
      await wire().mapping('webhook', 'sendWebhook', {
        url: fixed(`${receiver.url}/first`),
        type: fixed('first'),
        'data.a': fixed(1),
      }),
    )
    const second = step(
      hub.deps,
      out.id,
      'sendWebhook',
      await wire().mapping('webhook', 'sendWebhook', {
        url: fixed(`${receiver.url}/second`),
        type: fixed('second'),
        'data.deal': field(`steps.\`${first.id}\`.body.id`),
      }),
    )
    await wire().flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [first, second],
    })
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    const inOrder = () => receiver.received.filter(({ path }) => /first|second/.test(path))
    await expect.poll(() => inOrder().map(({ path }) => path)).toEqual(['/first', '/second'])
    expect(inOrder()[1]!.json).toMatchObject({ data: { deal: 'deal-77' } })
  })
})

async function sellThrough(...steps: FlowDefinition['steps']): Promise<WiredConnection> {
  const stripe = await wire().connection('stripe', { signingSecret: STRIPE_SECRET })
  const trigger = { connectionId: stripe.id, events: ['order.completed' as const] }
  await wire().flow({ trigger, entry: 'every_event', steps })
  await post(stripe, stripeSale(++sales))
  return stripe
}

/** A step that is not safe to repeat, and whose vendor can be asked whether it arrived. */
async function dealStep() {
  const account = await wire().connection('activecampaign', { accountUrl: receiver.url, apiKey: 'k' })
  const mappingId = await wire().mapping('activecampaign', 'createDeal', {
    title: fixed('Lamp'),
    contactId: fixed('5'),
    currency: fixed('EUR'),
    group: fixed('1'),
  })
  return step(hub.deps, account.id, 'createDeal', mappingId)
}

describe('a step that reads what earlier steps brought back', () => {
  /** A step that posts to a path of the receiver, from a connection of its own. */
  async function hook(path: string, fields: Record<string, Source>) {
    const out = await wire().connection('webhook', {})
    const all = { url: fixed(`${receiver.url}/${out.id}/${path}`), type: fixed(path), ...fields }
    return step(hub.deps, out.id, 'sendWebhook', await wire().mapping('webhook', 'sendWebhook', all))
  }

  const receivedAt = (path: string) => receiver.received.filter((request) => request.path.endsWith(path))
  const idOf = ({ id }: { id: string }) => field(`steps.\`${id}\`.body.id`)
  const answerIds = () =>
    receiver.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"deal-77"}')
    })

  it('is made once, although two of them arrive at the same moment', async () => {
    const waiting: ServerResponse[] = []
    receiver.answer((_request, response) => {
      waiting.push(response.writeHead(200, { 'content-type': 'application/json' }))
      if (waiting.length > 1) for (const each of waiting) each.end('{"id":"deal-77"}')
    })
    const left = await hook('left', { 'data.a': fixed(1) })
    const right = await hook('right', { 'data.a': fixed(1) })
    const both = await hook('both', { 'data.left': idOf(left), 'data.right': idOf(right) })
    await sellThrough(left, right, both)
    await hub.settled()
    expect(receivedAt('/both').map(({ json }) => json)).toMatchObject([
      { data: { left: 'deal-77', right: 'deal-77' } },
    ])
  })

  it('is made, and what it reads is not sent again, although the process dies before it has been made', async () => {
    answerIds()
    const first = await hook('died', { 'data.a': fixed(1) })
    const stripe = await sellThrough(first, await hook('after', { 'data.deal': idOf(first) }))
    await hub.settled()
    const { id } = await eventOf(stripe)
    const rows = deliveryCollection(hub.deps.database.connection)
    // As it was between the two writes.
    await rows.deleteOne({ eventId: id, connectionId: { $ne: first.connectionId } })
    await rows.updateOne({ eventId: id }, { $set: { dueAt: new Date(now().getTime() + 60_000) } })
    clock += 60_000
    await hub.settled()
    expect(receivedAt('/after')).toHaveLength(2)
    expect(receivedAt('/died')).toHaveLength(1)
    expect((await deliveriesOf(id)).map(({ state, dueAt }) => ({ state, dueAt }))).toEqual(
      [1, 2].map(() => ({ state: 'delivered', dueAt: undefined })),
    )
  })

  it('reads what an earlier step brought back last, where that was sent a second time', async () => {
    let deals = 0
    receiver.answer((request, response) => {
      const isDeal = request.path.endsWith('/deal')
      response.writeHead(isDeal ? 200 : 422, { 'content-type': 'application/json' })
      response.end(isDeal ? JSON.stringify({ id: `deal-${++deals}` }) : '{}')
    })
    const first = await hook('deal', { 'data.a': fixed(1) })
    const stripe = await sellThrough(first, await hook('note', { 'data.deal': idOf(first) }))
    await hub.settled()
    const made = await deliveriesOf((await eventOf(stripe)).id)
    const deps = workspaceDeps(hub.deps, workspaceId)
    const numbers = createNumbers(hub.deps.database.connection, 'events', hub.deps.database.exclusive)
    const idIn = (state: string) => made.find((delivery) => delivery.state === state)!.id
    await replayDelivery(deps, numbers, idIn('delivered'), { evenIfDelivered: { again: 'once' } })
    await hub.settled()
    await replayDelivery(deps, numbers, idIn('refused'))
    await hub.settled()
    expect(receivedAt('/note').map(({ json }) => json)).toMatchObject([
      { data: { deal: 'deal-1' } },
      { data: { deal: 'deal-2' } },
    ])
  })

  it('is made when its vendor says that a doubtful one has arrived', async () => {
    let deals: object[] = []
    receiver.answer(({ path, method }, response) => {
      if (path.startsWith('/api/3/deals') && method === 'POST') {
        deals = [{ id: '77', title: 'Lamp', cdate: now().toISOString() }]
        response.destroy()
        return
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(path.includes('/contacts/5/deals') ? { deals } : {}))
    })
    const deal = await dealStep()
    await sellThrough(deal, await hook('found', { 'data.deal': field(`steps.\`${deal.id}\`.id`) }))
    await hub.settled()
    expect(receivedAt('/found')).toHaveLength(0)
    clock += 11_000
    await hub.settled()
    expect(receivedAt('/found').map(({ json }) => json)).toMatchObject([{ data: { deal: '77' } }])
  })

  it('is made when a person says that a doubtful one has arrived, and shows what nobody knows', async () => {
    receiver.answer((_request, response) => response.destroy())
    const out = await wire().connection('webhook', {})
    const once = await wire().mapping('webhook', 'httpRequestOnce', {
      url: fixed(`${receiver.url}/doubt`),
      method: fixed('POST'),
      text: fixed('Lamp'),
    })
    const doubtful = step(hub.deps, out.id, 'httpRequestOnce', once)
    const stripe = await sellThrough(
      doubtful,
      await hook('unknown', { type: idOf(doubtful), 'data.a': fixed(1) }),
    )
    await hub.settled()
    const { id } = await eventOf(stripe)
    const [unconfirmed] = await deliveriesOf(id)
    const numbers = createNumbers(hub.deps.database.connection, 'events', hub.deps.database.exclusive)
    await resolveUnconfirmed(workspaceDeps(hub.deps, workspaceId), numbers, unconfirmed!.id, 'ARRIVED')
    await hub.settled()
    expect(await deliveriesOf(id)).toMatchObject([
      { state: 'needs_mapping', problems: [{ field: 'type' }] },
      { state: 'delivered', reason: { code: 'confirmed_by_person' } },
    ])
  })
})

describe('a destination in trouble', () => {
  it('does not keep others waiting, where one of them cannot be seen to', async () => {
    const broken = await saleToWebhook()
    await post(broken.stripe, stripeSale(++sales))
    await hub.settled()
    // Doubtful, due to be asked about, and not to be read.
    await deliveryCollection(hub.deps.database.connection).updateOne(
      { connectionId: broken.out.id },
      { $set: { state: 'unconfirmed', reason: '{', dueAt: new Date(0) } },
    )
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(503).end())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    expect(await statesAt(out)).toEqual(['retrying'])
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    await later(60 * 60_000)
    expect(await statesAt(out)).toEqual(['delivered'])
  })

  it('holds its deliveries while it is down and gets them in order per contact when it is back', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(503).end())
    const people = ['down_a', 'down_b', 'down_c']
    const sent: Record<string, number[]> = {}
    for (let round = 0; round < 4; round++) {
      for (const person of people) {
        const number = ++sales
        ;(sent[person] ??= []).push((1000 + number) / 100)
        await post(stripe, stripeSale(number, { customer: person }))
      }
    }
    await hub.settled()
    // The first failures are tried again, fail again, and open the breaker.
    for (let failures = 0; failures < 3; failures++) {
      clock += 40_000
      await hub.settled()
    }
    const waiting = await stores().deliveries.page({ connectionId: out.id }, undefined, 50)
    const states = new Set(waiting.map(({ state }) => state))
    expect(states).toContain('parked')
    expect(states.difference(new Set(['queued', 'retrying', 'parked'])).size).toBe(0)
    expect(waiting).toHaveLength(12)

    receiver.received.length = 0
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    await expect
      .poll(
        async () => {
          clock += 20_000
          await hub.settled()
          return stores().deliveries.count({ connectionId: out.id, states: ['delivered'] }, 50)
        },
        { timeout: 20_000 },
      )
      .toBe(12)
    const arrived: Record<string, number[]> = {}
    for (const { json } of receivedFrom(out)) {
      const { email, total } = saleData.parse(json).data
      ;(arrived[email.split('@')[0]!] ??= []).push(total)
    }
    expect(arrived).toEqual(sent)
  })

  it('parks deliveries at once when the credentials no longer work, and never drops them', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(401).end())
    for (let count = 0; count < 3; count++) await post(stripe, stripeSale(++sales))
    await hub.settled()
    const parked = await stores().deliveries.page({ connectionId: out.id }, undefined, 10)
    expect(parked.map(({ state }) => state)).toEqual(['parked', 'parked', 'parked'])
    expect(parked.every(({ attemptsUsed }) => attemptsUsed === 0)).toBe(true)
  })

  it('tries from time to time what was refused, and lets everything go once that gets through', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(403).end())
    const first = ++sales
    for (const number of [first, ++sales])
      await post(stripe, stripeSale(number, { customer: `cus_${first}` }))
    for (let count = 0; count < 2; count++) await post(stripe, stripeSale(++sales))
    await hub.settled()
    expect(await statesAt(out)).toEqual(['parked', 'parked', 'parked', 'queued'])
    receiver.received.length = 0
    for (let minutes = 0; minutes < 31; minutes++) await later(60_000)
    expect(receivedFrom(out)).toHaveLength(2)
    expect(await statesAt(out)).toEqual(['parked', 'parked', 'parked', 'queued'])

    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    for (let minutes = 0; minutes < 15; minutes++) await later(60_000)
    expect(await statesAt(out)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
  })

  it.each([
    ['credentials', 'rotateConnectionSecret(id: $id, credentials: {})'],
    ['API address', 'updateConnection(id: $id, apiUrl: "https://api.example.com")'],
  ])('gets what was refused as soon as its connection has other %s', async (_what, change) => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(403).end())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    await hub.graphql(`mutation ($id: ID!) { ${change} { __typename } }`, { id: out.id })
    await hub.settled()
    expect(await statesAt(out)).toEqual(['delivered'])
  })

  it.each(['credentials_unreadable', 'connector_missing'])(
    'gets what came while it could not be used (%s), as soon as it can be',
    async (code) => {
      const { stripe, out } = await saleToWebhook()
      const { connectorId, credentials } = (await stores().connections.find(out.id))!
      const change = async (to: { connectorId?: string; credentials?: string }) => {
        await hub.deps.database.connection
          .collection<{ _id: string }>('connections')
          .updateOne({ _id: out.id }, { $set: to })
        await hub.deps.config.bump()
      }
      await change(
        code === 'connector_missing' ? { connectorId: 'gone' } : { credentials: 'nobody can read this' },
      )
      await post(stripe, stripeSale(++sales))
      await hub.settled()
      expect(await deliveriesOf((await eventOf(stripe)).id)).toMatchObject([
        { state: 'parked', reason: { code } },
      ])
      await change({ connectorId, credentials })
      await later(0)
      expect(await statesAt(out)).toEqual(['delivered'])
      expect(receivedFrom(out)).toHaveLength(1)
    },
  )

  it('keeps nothing waiting for a connection that was deleted during the attempt', async () => {
    const { stripe, out, flowId } = await saleToWebhook()
    const { promise: refuse, resolve } = Promise.withResolvers<() => void>()
    receiver.answer((_request, response) => resolve(() => response.writeHead(403).end()))
    await post(stripe, stripeSale(++sales))
    const answer = await refuse
    await deleteFlow(workspaceDeps(hub.deps, workspaceId), flowId)
    await deleteConnection(workspaceDeps(hub.deps, workspaceId), out.id)
    answer()
    await hub.settled()
    await later(0)
    expect(await statesAt(out)).toEqual(['cancelled'])
  })

  it('is not even asked whether it is back while its connection is paused', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(401).end())
    for (let count = 0; count < 2; count++) await post(stripe, stripeSale(++sales))
    await hub.settled()
    await pauseConnection(workspaceDeps(hub.deps, workspaceId), out.id)
    receiver.received.length = 0
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    await later(35_000)
    expect(receivedFrom(out)).toEqual([])

    await resumeConnection(workspaceDeps(hub.deps, workspaceId), out.id)
    await later(0)
    expect(await statesAt(out)).toEqual(['delivered', 'delivered'])
  })

  it('gets what waited for its connection to be resumed, also where the clock was set back meanwhile', async () => {
    const { stripe, out } = await saleToWebhook()
    clock += 3_600_000
    await pauseConnection(workspaceDeps(hub.deps, workspaceId), out.id)
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    clock -= 3_600_000
    await resumeConnection(workspaceDeps(hub.deps, workspaceId), out.id)
    await later(0)
    expect(await statesAt(out)).toEqual(['delivered'])
  })

  it('pauses the connection of a receiver that says 410', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(410).end())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    expect(await stores().connections.find(out.id)).toMatchObject({
      state: 'paused',
      pausedBecause: { code: 'receiver_gone' },
    })
  })

  it('never repeats an unsafe action that may have arrived', async () => {
    const { stripe, out } = await saleToWebhook({ actionId: 'httpRequestOnce' })
    receiver.answer((_request, response) => response.destroy())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    clock += 60_000
    await hub.settled()
    const [delivery] = await deliveriesOf((await eventOf(stripe)).id)
    expect(delivery).toMatchObject({ state: 'unconfirmed', reason: { code: 'may_have_arrived' } })
    expect(receivedFrom(out)).toHaveLength(1)
  })

  it('asks as often after a second doubt as after the first, before it sends anything again', async () => {
    const asked: number[] = []
    receiver.answer(({ path, method }, response) => {
      if (path.startsWith('/api/3/deals') && method === 'POST') {
        asked.push(0)
        response.destroy()
        return
      }
      if (path.includes('/contacts/5/deals')) asked[asked.length - 1]!++
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(path.includes('/contacts/5/deals') ? { deals: [] } : {}))
    })
    await sellThrough(await dealStep())
    await hub.settled()
    for (const pauseMs of [11_000, 61_000, 601_000, 11_000, 61_000]) {
      clock += pauseMs
      await hub.settled()
    }
    expect(asked).toEqual([3, 2])
  })

  it('is sent again as promised, although the process dies before it has added the replacement', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(422).end())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    const [refused] = await deliveriesOf((await eventOf(stripe)).id)
    const deps = workspaceDeps(hub.deps, workspaceId)
    const add = () => Promise.reject(new Error('The process has died.'))
    const numbers = createNumbers(hub.deps.database.connection, 'events', hub.deps.database.exclusive)
    const dying = replayDelivery({ ...deps, deliveries: { ...deps.deliveries, add } }, numbers, refused!.id)
    await expect(dying).rejects.toThrow('died')
    await hub.settled()
    expect(receivedFrom(out)).toHaveLength(1)

    clock += 60_000
    await hub.settled()
    expect(receivedFrom(out)).toHaveLength(2)
    const [replacement, old] = await deliveriesOf(refused!.eventId)
    expect(replacement).toMatchObject({ state: 'delivered', replayOf: refused!.id })
    expect(old).toMatchObject({ state: 'cancelled', reason: { data: { by: replacement!.id } } })
    expect(old!.dueAt).toBeUndefined()
  })

  it('waits as long as the vendor asks', async () => {
    const { stripe } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(429, { 'retry-after': '120' }).end())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    const [delivery] = await deliveriesOf((await eventOf(stripe)).id)
    const waitMs = delivery!.dueAt!.getTime() - delivery!.attempts[0]!.endedAt!.getTime()
    expect(delivery!.state).toBe('retrying')
    expect(Math.round(waitMs / 1000)).toBe(120)
  })

  it('gives a delivery up, and says why, when its destination has been away for more than a month', async () => {
    const { stripe, out } = await saleToWebhook()
    receiver.answer((_request, response) => response.writeHead(401).end())
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    clock += 31 * 24 * 3_600_000
    await expect
      .poll(async () => {
        await hub.settled()
        return stores().deliveries.page({ connectionId: out.id }, undefined, 10)
      })
      .toMatchObject([{ state: 'failed', reason: { code: 'parked_too_long' } }])
  })

  it('tells whoever is watching that a delivery was given up', async () => {
    const { stripe, out } = await saleToWebhook()
    await pauseConnection(workspaceDeps(hub.deps, workspaceId), out.id)
    await post(stripe, stripeSale(++sales))
    await hub.settled()
    const [parked] = await deliveriesOf((await eventOf(stripe)).id)
    const told: string[] = []
    const { live } = hub.deps
    const publish = live.publish
    live.publish = (news) => void told.push(news.id)
    await later(31 * 24 * 3_600_000)
    live.publish = publish
    expect(await statesAt(out)).toEqual(['failed'])
    expect(told).toContain(parked!.id)
  })
})
