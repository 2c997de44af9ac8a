import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../deliveries/delivery.ts'
import { readMail } from '../testing/read-mail.ts'
import { startMailServer } from '../testing/start-mail-server.ts'
import type { TestMailServer } from '../testing/start-mail-server.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../testing/wire.ts'

let clock = 0
const now = () => new Date(Date.now() + clock)
let server: TestMailServer
let hub: TestHub
let workspaceId: string
/** What the server says to a recipient; by default yes. */
let refuse: (address: string) => { code: number; text: string } | undefined
let posts = 0

beforeAll(async () => {
  server = await startMailServer({
    onRcptTo({ address }, _session, done) {
      const refused = refuse(address)
      done(refused && Object.assign(new Error(refused.text), { responseCode: refused.code }))
    },
  })
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: server.network }, { now })
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})

afterAll(async () => {
  await hub.close()
  await server.close()
})

beforeEach(() => {
  refuse = () => undefined
  server.hangUpAfterDot(false)
  server.received.length = 0
})

const stores = () => hub.deps.storesOf(workspaceId)
const wire = () => wireUp(hub.deps, workspaceId)

/** A form whose answer is a mail. */
async function formToMail(credentials: Record<string, unknown> = {}) {
  const form = await wire().connection('webhook', {})
  const { host, port } = server
  const mail = await wire().connection('smtp', {
    host,
    port,
    security: 'none',
    user: 'hub@example.org',
    password: 'correct-horse',
    fromAddress: 'shop@example.org',
    fromName: 'The Shop',
    ...credentials,
  })
  const mappingId = await wire().mapping('smtp', 'sendEmail', {
    to: field('event.contact.email'),
    subject: fixed('Thank you'),
    html: { kind: 'text', parts: ['<p>Hello ', { path: 'event.contact.first_name' }, '!</p>'] },
  })
  await wire().flow({
    trigger: { connectionId: form.id, events: ['custom.event'] },
    entry: 'every_event',
    steps: [step(hub.deps, mail.id, 'sendEmail', mappingId)],
  })
  return { form, mail }
}

/** Somebody fills in the form; the delivery that comes of it. */
async function submit(
  form: { id: string; hookPath: string },
  email: string,
  firstName = 'Eva',
): Promise<string> {
  const response = await fetch(`${hub.url}${form.hookPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'form_filled_in',
      event_id: `form-${++posts}`,
      contact: { email, first_name: firstName },
    }),
  })
  expect(response.status).toBe(202)
  await hub.settled()
  const [event] = await stores().events.page({ connectionId: form.id }, undefined, 1)
  const [delivery] = await stores().deliveries.page({ eventId: event!.id }, undefined, 1)
  return delivery!.id
}

const ask = (mutation: string) => hub.graphql<Record<string, unknown>>(`mutation { ${mutation} }`)

async function deliveryOf(id: string): Promise<Delivery> {
  return (await stores().deliveries.find(id))!
}

describe('a mail on the road', () => {
  it('arrives once, known by the id of its delivery, and nobody’s name becomes a tag', async () => {
    const { form } = await formToMail()
    const id = await submit(form, 'eva@example.org', '<b>Eva</b> & co')
    expect(await deliveryOf(id)).toMatchObject({
      state: 'delivered',
      output: { message_id: `${id}@example.org`, reply: '250 Queued as 4711' },
    })
    expect(server.received).toHaveLength(1)
    const mail = readMail(server.received[0]!.raw)
    expect(mail.headers['message-id']).toBe(`<${id}@example.org>`)
    expect(mail.html).toContain('<p>Hello &lt;b&gt;Eva&lt;/b&gt; &amp; co!</p>')
    expect(mail.text).toBe('Hello <b>Eva</b> & co!')
  })

  it('shows what was said, without the password', async () => {
    const { form } = await formToMail()
    const id = await submit(form, 'eva@example.org')
    const [attempt] = (await deliveryOf(id)).attempts
    await expect
      .poll(async () => (await stores().exchanges.ofAttempt(attempt!.id))?.exchanges)
      .toContain('RCPT TO:<eva@example.org>')
    const shown = (await stores().exchanges.ofAttempt(attempt!.id))!.exchanges
    expect(shown).toContain('250 Queued as 4711')
    expect(shown).not.toContain('correct-horse')
    expect(shown).not.toContain(btoa('\0hub@example.org\0correct-horse'))
  })

  it('is refused when its mailbox does not exist, in the server’s words', async () => {
    refuse = () => ({ code: 550, text: '5.1.1 no such mailbox' })
    const { form } = await formToMail()
    expect(await deliveryOf(await submit(form, 'nobody@example.org'))).toMatchObject({
      state: 'refused',
      reason: { code: 'mail_refused', data: { stage: 'recipient', status: 550 } },
    })
  })

  it('waits for a recipient that is greylisted, and holds up nobody else', async () => {
    let visits = 0
    refuse = (address) =>
      address.startsWith('grey') && visits++ < 6 ? { code: 451, text: '4.7.1 come back later' } : undefined
    const { form } = await formToMail()
    const grey: string[] = []
    for (let person = 1; person <= 6; person++) grey.push(await submit(form, `grey${person}@example.org`))
    expect((await deliveryOf(grey[0]!)).state).toBe('retrying')
    // Six recipients that must wait are no reason to think that the server is down.
    expect(await deliveryOf(await submit(form, 'eva@example.org'))).toMatchObject({ state: 'delivered' })
    clock += 20_000
    await hub.settled()
    for (const id of grey) expect(await deliveryOf(id)).toMatchObject({ state: 'delivered', attemptsUsed: 2 })
  })

  it('is parked when the password is wrong, and goes on as soon as it is right', async () => {
    const { form, mail } = await formToMail({ password: 'staple-battery' })
    const id = await submit(form, 'eva@example.org')
    expect(await deliveryOf(id)).toMatchObject({ state: 'parked' })
    expect(await ask(`checkConnection(id: "${mail.id}") { ... on ConnectionCheck { ok } }`)).toEqual({
      checkConnection: { ok: false },
    })
    await ask(
      `rotateConnectionSecret(id: "${mail.id}", credentials: { password: "correct-horse" }) { ... on Connection { id } }`,
    )
    expect(
      await ask(`checkConnection(id: "${mail.id}") { ... on ConnectionCheck { ok account } }`),
    ).toMatchObject({
      checkConnection: { ok: true, account: expect.stringContaining('hub@example.org at 127.0.0.1') },
    })
    await hub.settled()
    expect(await deliveryOf(id)).toMatchObject({ state: 'delivered' })
    expect(server.received).toHaveLength(1)
  })

  it('is not sent a second time when the server goes away with it: a person decides', async () => {
    const { form } = await formToMail()
    server.hangUpAfterDot(true)
    const id = await submit(form, 'eva@example.org')
    expect(await deliveryOf(id)).toMatchObject({
      state: 'unconfirmed',
      reason: { code: 'may_have_arrived', data: { because: { code: 'network' } } },
    })
    clock += 3_600_000
    await hub.settled()
    expect(await deliveryOf(id)).toMatchObject({ state: 'unconfirmed', attemptsUsed: 1 })
  })

  it('is skipped rather than sent a day late', async () => {
    const { form, mail } = await formToMail()
    await ask(`pauseConnection(id: "${mail.id}") { ... on Connection { id } }`)
    const id = await submit(form, 'eva@example.org')
    clock += 25 * 3_600_000
    await ask(`resumeConnection(id: "${mail.id}") { ... on Connection { id } }`)
    await hub.settled()
    expect(await deliveryOf(id)).toMatchObject({ state: 'skipped', reason: { code: 'stale' } })
    expect(server.received).toEqual([])
  })
})
