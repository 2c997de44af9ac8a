import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectors } from '../../connectors/registry.ts'
import { createBrowser } from '../testing/browser.ts'
import { membersConnector } from '../testing/members-connector.ts'
import { beginSignIn, signInAs } from '../testing/sign-in-as.ts'
import { startMembersVendor } from '../testing/start-members-vendor.ts'
import type { MembersVendor } from '../testing/start-members-vendor.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { wireUp } from '../testing/wire.ts'

let vendor: MembersVendor
let hub: TestHub
let workspaceId: string
let clock = 0
const now = () => new Date(Date.now() + clock)

beforeAll(async () => {
  vendor = await startMembersVendor()
  hub = await startTestHub(
    { SWITCHYARD_ALLOW_NETWORKS: vendor.network },
    { now, connectors: new Map([...connectors, [membersConnector.id, membersConnector]]) },
  )
  vendor.sendsBackTo(`${hub.url}/oauth/callback`)
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})
afterAll(async () => {
  await hub.close()
  await vendor.close()
})
beforeEach(() => {
  vendor.consent = { denies: false, without: [] }
  vendor.tokenTrouble = undefined
  clock = 0
})

async function connect(credentials: Record<string, unknown> = {}): Promise<string> {
  const connection = await wireUp(hub.deps, workspaceId).connection('members', credentials, {
    apiUrl: vendor.url,
  })
  return connection.id
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely.
async function signInOf(id: string): Promise<any> {
  const { connection } = await hub.graphql<{ connection: { signIn: unknown } }>(
    `query ($id: ID!) { connection(id: $id) { signIn {
      state account signedInAt expiresAt renewsItself scopes missingScopes reason { code }
    } } }`,
    { id },
  )
  return connection.signIn
}

async function actionsInAudit(): Promise<unknown[]> {
  const { auditLog } = await hub.graphql<{ auditLog: { items: unknown[] } }>(
    '{ auditLog(first: 1) { items { action actor subject outcome } } }',
  )
  return auditLog.items
}

describe('signing in at a vendor', () => {
  it('ends with a connection that says as whom, and for how long', async () => {
    const id = await connect()
    expect(await signInOf(id)).toMatchObject({ state: 'needed', reason: { code: 'not_signed_in_yet' } })

    const page = await signInAs(hub, id)
    expect(page).toMatchObject({
      status: 200,
      text: expect.stringContaining('“members” is connected as ada.'),
    })
    expect(page.text).toContain('window.close()')
    expect(await signInOf(id)).toMatchObject({
      state: 'signed_in',
      account: 'ada',
      renewsItself: true,
      scopes: ['offline_access', 'members:read', 'members:write'],
      missingScopes: [],
      reason: null,
    })
    expect(await actionsInAudit()).toEqual([
      { action: 'finishConnectionSignIn', actor: 'operator', subject: id, outcome: 'done' },
    ])
  })

  it('tells the vendor who the hub is in the header where it wants it there', async () => {
    const id = await connect({ clientId: 'hub-basic', inHeader: true })
    expect((await signInAs(hub, id)).status).toBe(200)
    const { params, authorization } = vendor.asked.at(-1)!
    expect(authorization).toMatch(/^Basic /)
    expect(params.has('client_secret')).toBe(false)
  })

  it('asks for a proof that only the hub can give (PKCE), and shows neither it nor a secret in the address', async () => {
    const { url } = await beginSignIn(hub, await connect())
    const { searchParams } = new URL(url)
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect(searchParams.get('redirect_uri')).toBe(`${hub.url}/oauth/callback`)
    expect([...searchParams.keys()].toSorted()).toEqual([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'prompt',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ])
  })

  it('says what was not agreed to', async () => {
    vendor.consent.without = ['members:write']
    const id = await connect()
    const page = await signInAs(hub, id)
    expect(page.text).toContain('You did not agree to: members:write.')
    expect(page.text).not.toContain('window.close()')
    expect(await signInOf(id)).toMatchObject({ state: 'signed_in', missingScopes: ['members:write'] })
  })

  it('says that nothing was connected when the person says no', async () => {
    vendor.consent.denies = true
    const id = await connect()
    const page = await signInAs(hub, id)
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('You did not agree') })
    expect(await signInOf(id)).toMatchObject({ state: 'needed' })
    expect(await actionsInAudit()).toEqual([expect.objectContaining({ outcome: 'vendor_sign_in_denied' })])
  })

  it('says which address to register when the vendor does not accept the client', async () => {
    const id = await connect({ clientSecret: 'not-the-secret-of-it' })
    const page = await signInAs(hub, id)
    expect(page.status).toBe(400)
    expect(page.text).toContain('invalid_client')
    expect(page.text).toContain(`${hub.url}/oauth/callback is registered`)
    expect(page.text).not.toContain('not-the-secret-of-it')
  })

  it('does not take a vendor that is away for one that refuses', async () => {
    vendor.tokenTrouble = { status: 503, body: 'Back soon.' }
    const page = await signInAs(hub, await connect())
    expect(page.text).toContain('status 503')
    expect(page.text).toContain('Wait a moment')
  })

  it('is finished once: an address opened again does nothing', async () => {
    const id = await connect()
    const begun = await beginSignIn(hub, id)
    const back = await begun.agree()
    expect((await begun.browser.open(back)).status).toBe(200)
    const before = await signInOf(id)
    const again = await begun.browser.open(back)
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('finished already') })
    expect(await signInOf(id)).toEqual(before)
  })

  it('is not used up by something that only looks', async () => {
    const begun = await beginSignIn(hub, await connect())
    const back = await begun.agree()
    expect((await fetch(back, { method: 'HEAD' })).status).toBe(405)
    expect((await begun.browser.open(back)).status).toBe(200)
  })

  it('is no longer valid after ten minutes', async () => {
    const id = await connect()
    const begun = await beginSignIn(hub, id)
    const back = await begun.agree()
    clock = 10 * 60_000 + 1
    expect(await begun.browser.open(back)).toMatchObject({
      status: 400,
      text: expect.stringContaining('took too long'),
    })
    expect(await signInOf(id)).toMatchObject({ state: 'needed' })
  })

  it('cannot be finished by another browser, with its own code or with somebody else’s', async () => {
    const id = await connect()
    const mine = await beginSignIn(hub, id)
    const theirs = await beginSignIn(hub, await connect())
    const theirCode = new URL(await theirs.agree()).searchParams.get('code')!
    const injected = new URL(await mine.agree())
    injected.searchParams.set('code', theirCode)

    // A stranger's browser that was lured to the address, with a code of the stranger's own.
    const lured = await theirs.browser.open(injected.href)
    expect(lured).toMatchObject({ status: 400, text: expect.stringContaining('begun in another browser') })
    expect(await signInOf(id)).toMatchObject({ state: 'needed' })
    expect(await createBrowser().open(injected.href)).toMatchObject({ status: 400 })
  })

  it('refuses a code that was given for another sign-in of the same browser', async () => {
    const browser = createBrowser()
    const id = await connect()
    const mine = await beginSignIn(hub, id, browser)
    const other = await beginSignIn(hub, await connect(), browser)
    const code = new URL(await other.agree()).searchParams.get('code')!
    const back = new URL(await mine.agree())
    back.searchParams.set('code', code)
    expect(await browser.open(back.href)).toMatchObject({
      status: 400,
      text: expect.stringContaining('invalid_grant'),
    })
    expect(await signInOf(id)).toMatchObject({ state: 'needed' })
  })

  it('hands the vendor’s code to nobody else, should the connection’s address be changed meanwhile', async () => {
    const id = await connect()
    const begun = await beginSignIn(hub, id)
    const back = await begun.agree()
    const elsewhere = await startReceiver()
    await hub.graphql(
      `mutation ($id: ID!, $apiUrl: String!) { updateConnection(id: $id, apiUrl: $apiUrl) { __typename } }`,
      { id, apiUrl: elsewhere.url },
    )
    const page = await begun.browser.open(back)
    await elsewhere.close()
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('was changed') })
    expect(elsewhere.received).toEqual([])
  })

  it('cannot be finished by who may no longer change connections', async () => {
    const { createToken } = await hub.graphql<{
      createToken: { secret: string; token: { id: string } }
    }>('mutation { createToken(name: "Eve", role: ops) { ... on CreatedToken { secret token { id } } } }')
    const id = await connect()
    const { browser, agree } = await beginSignIn(hub, id, createBrowser(), createToken.secret)
    const back = await agree()
    await hub.graphql('mutation ($id: ID!) { revokeToken(id: $id) { __typename } }', {
      id: createToken.token.id,
    })
    expect(await browser.open(back)).toMatchObject({
      status: 400,
      text: expect.stringContaining('may no longer change connections'),
    })
    expect(await signInOf(id)).toMatchObject({ state: 'needed' })
    expect(await actionsInAudit()).toMatchObject([
      { action: 'finishConnectionSignIn', actor: createToken.token.id, outcome: 'vendor_sign_in_unknown' },
    ])
  })

  it('cannot be begun where the browser would not find its way back', async () => {
    const id = await connect()
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${hub.adminToken}`,
        origin: 'http://localhost:5173',
      },
      body: JSON.stringify({
        query: `mutation { startConnectionSignIn(id: "${id}") { ... on SignInElsewhere { code message } } }`,
      }),
    })
    const { data } = await response.json()
    expect(data.startConnectionSignIn).toMatchObject({ code: 'sign_in_elsewhere' })
    expect(data.startConnectionSignIn.message).toContain(hub.url)
  })

  it('is not offered where what was typed in is enough', async () => {
    const id = await connect({ way: 'key', apiKey: 'a-key-of-the-vendor' })
    expect(await signInOf(id)).toMatchObject({ state: 'not_needed' })
    await expect(beginSignIn(hub, id)).rejects.toThrow(/sign_in_not_offered/)
  })

  it('says in a check that it is needed', async () => {
    const id = await connect()
    const check = async () =>
      (
        await hub.graphql<{ checkConnection: unknown }>(
          `mutation ($id: ID!) { checkConnection(id: $id) { ... on ConnectionCheck { ok account reason { code } } } }`,
          { id },
        )
      ).checkConnection
    expect(await check()).toEqual({ ok: false, account: null, reason: { code: 'sign_in_needed' } })
    await signInAs(hub, id)
    expect(await check()).toEqual({ ok: true, account: 'ada', reason: null })
  })
})
