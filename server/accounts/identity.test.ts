import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser } from '../testing/browser.ts'
import type { Browser } from '../testing/browser.ts'
import { startIdentityProvider } from '../testing/start-identity-provider.ts'
import type { Person, TestIdentityProvider } from '../testing/start-identity-provider.ts'
import { openSession } from './open-session.ts'
import { signInWithIdentity } from './sign-in-with-identity.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'

let provider: TestIdentityProvider
let hub: TestHub
let workspaceId: string
let clock = 0

beforeAll(async () => {
  provider = await startIdentityProvider()
  hub = await startTestHub(
    {
      SWITCHYARD_ALLOW_NETWORKS: provider.network,
      SWITCHYARD_OIDC_ISSUER: provider.url,
      SWITCHYARD_OIDC_CLIENT_ID: provider.clientId,
      SWITCHYARD_OIDC_CLIENT_SECRET: provider.clientSecret,
      SWITCHYARD_OIDC_NAME: 'Work',
      SWITCHYARD_OIDC_ALLOWED_DOMAINS: 'colleagues.example',
    },
    { now: () => new Date(Date.now() + clock) },
  )
  provider.sendsBackTo(`${hub.url}/sign-in/oidc/callback`)
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})
afterAll(async () => {
  await hub.close()
  await provider.close()
})
beforeEach(() => {
  provider.denies = false
  clock = 0
})

const START = '/sign-in/oidc'

/** Goes to the button's address and ends where the hub sends the browser at last. */
async function signIn(person: Person, to = '', browser: Browser = createBrowser()) {
  provider.person = person
  const { url } = await browser.open(`${hub.url}${START}${to}`, `${hub.url}/sign-in?`)
  const { searchParams } = new URL(url)
  const answer = await browser.post(`${hub.url}/graphql`, {
    query: '{ me { user { name email } memberships { role workspace { id } } } }',
  })
  return { url, problem: searchParams.get('problem'), me: (await answer.json()).data.me }
}

async function invite(email: string, role = 'ops'): Promise<void> {
  await hub.graphql(`mutation { inviteMember(email: "${email}", role: ${role}) { __typename } }`)
}

describe('signing in at the operator’s provider', () => {
  it('is offered where there is one', async () => {
    const { signInOptions } = await hub.graphql('{ signInOptions { oidc { name startUrl } } }')
    expect(signInOptions).toEqual({ oidc: { name: 'Work', startUrl: `${hub.url}${START}` } })
  })

  it('lets somebody in who was invited, with the address that the provider has verified', async () => {
    await invite('ida@example.com')
    const person = { sub: 'ida', email: 'Ida@example.com', email_verified: true, name: 'Ida' }
    const { problem, me } = await signIn(person)
    expect(problem).toBeNull()
    expect(me).toEqual({
      user: { name: 'Ida', email: 'ida@example.com' },
      memberships: [{ role: 'ops', workspace: { id: workspaceId } }],
    })
    expect(await hub.graphql('{ invitations { id } }')).toEqual({ invitations: [] })
    // Known by who they are from then on, whatever becomes of the address.
    const moved = await signIn({ sub: 'ida', email: 'ida@elsewhere.example', email_verified: true })
    expect(moved.me.user.name).toBe('Ida')
  })

  it('takes an account over from whoever made it for somebody else’s address', async () => {
    const { accounts, newId } = hub.deps
    const user = { id: newId('usr'), email: 'vic@example.com', name: 'Vic', createdAt: new Date() }
    const passwordHash = await accounts.passwords.hash('a password of Eve')
    await accounts.users.add(user, { passwordHash })
    const eve = await openSession(hub.deps, user, { address: '127.0.0.1', userAgent: 'a test' })
    await invite('vic@example.com', 'owner')
    const { me } = await signIn({ sub: 'vic', email: 'vic@example.com', email_verified: true })
    expect(me).toMatchObject({ user: { name: 'Vic' }, memberships: [{ role: 'owner' }] })
    expect(await accounts.sessions.findByToken(eve.token, new Date())).toBeUndefined()
    const answer = await createBrowser().post(`${hub.url}/graphql`, {
      query: `mutation { signIn(email: "vic@example.com", password: "a password of Eve") { ... on HubError { code } } }`,
    })
    expect((await answer.json()).data.signIn).toEqual({ code: 'sign_in_refused' })
  })

  it('knows somebody who has an account with a password', async () => {
    const user = { id: hub.deps.newId('usr'), email: 'jo@example.com', name: 'Jo', createdAt: new Date() }
    await hub.deps.accounts.users.add(user, { passwordHash: 'not looked at here' })
    const { me } = await signIn({ sub: 'jo', email: 'jo@example.com', email_verified: true })
    expect(me.user.name).toBe('Jo')
  })

  it.each([
    {
      who: 'nobody knows',
      person: { sub: 'x', email: 'x@example.com', email_verified: true },
      problem: 'identity_has_no_account',
    },
    {
      who: 'has not confirmed the address',
      person: { sub: 'ida2', email: 'ida@example.com', email_verified: false },
      problem: 'identity_email_not_verified',
    },
    { who: 'has no address', person: { sub: 'none' }, problem: 'identity_email_not_verified' },
    {
      who: 'was given the address of somebody who is here',
      person: { sub: 'ida3', email: 'ida@example.com', email_verified: true },
      problem: 'identity_of_another',
    },
  ])('refuses who $who', async ({ person, problem }) => {
    const outcome = await signIn(person)
    expect(outcome).toMatchObject({ problem, me: null })
  })

  it('lets people of an allowed domain look, and makes them no more than viewers', async () => {
    const person = { sub: 'kai', email: 'kai@colleagues.example', email_verified: true }
    expect((await signIn(person)).me).toEqual({
      user: { name: 'kai', email: 'kai@colleagues.example' },
      memberships: [{ role: 'viewer', workspace: { id: workspaceId } }],
    })
    const twin = { sub: 'kai2', email: 'kai@colleagues.example.evil.example', email_verified: true }
    expect((await signIn(twin)).problem).toBe('identity_has_no_account')
    // Who was removed does not come back by signing in again.
    const kai = await hub.deps.accounts.users.findByEmail('kai@colleagues.example')
    await hub.graphql(`mutation { removeMember(id: "${kai!.user.id}") { __typename } }`)
    expect((await signIn(person)).me.memberships).toEqual([])
  })

  it('gives who was invited the role of the invitation, although their domain would let them look', async () => {
    await invite('mo@colleagues.example', 'ops')
    const { me } = await signIn({ sub: 'mo', email: 'mo@colleagues.example', email_verified: true })
    expect(me.memberships).toEqual([{ role: 'ops', workspace: { id: workspaceId } }])
  })

  it.each(['   ', '\u202e'])(
    'lets somebody in whose name at the provider shows nothing: %j',
    async (name) => {
      const person = { email: `nameless-${name.length}@colleagues.example`, email_verified: true, name }
      const { problem, me } = await signIn({ sub: person.email, ...person })
      expect(problem).toBeNull()
      expect(me.user.name).toBe(`nameless-${name.length}`)
    },
  )

  it('comes back to the sign-in page when the person says no', async () => {
    provider.denies = true
    expect(await signIn({ sub: 'ida' })).toMatchObject({ problem: 'identity_denied', me: null })
  })

  it('is worth nothing in another browser than the one in which it was begun', async () => {
    provider.person = { sub: 'ida', email: 'ida@example.com', email_verified: true }
    const attacker = createBrowser()
    const back = await attacker.open(`${hub.url}${START}`, `${hub.url}/sign-in/oidc/callback`)
    const victim = createBrowser()
    const { url } = await victim.open(back.url, `${hub.url}/sign-in?`)
    expect(new URL(url).searchParams.get('problem')).toBe('identity_sign_in_expired')
    // Not even where the victim has begun one too.
    await victim.open(`${hub.url}${START}`, `${hub.url}/sign-in/oidc/callback`)
    const again = await victim.open(back.url, `${hub.url}/sign-in?`)
    expect(new URL(again.url).searchParams.get('problem')).toBe('identity_provider_failed')
  })

  it('ends when it takes longer than ten minutes', async () => {
    provider.person = { sub: 'ida', email: 'ida@example.com', email_verified: true }
    const browser = createBrowser()
    const back = await browser.open(`${hub.url}${START}`, `${hub.url}/sign-in/oidc/callback`)
    clock = 11 * 60_000
    const { url } = await browser.open(back.url, `${hub.url}/sign-in?`)
    expect(new URL(url).searchParams.get('problem')).toBe('identity_sign_in_expired')
  })

  it('shows a proof key and a nonce, and no secret, in the address', async () => {
    const { url } = await createBrowser().open(`${hub.url}${START}`, provider.url)
    const { searchParams } = new URL(url)
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect(searchParams.get('nonce')).toMatch(/^[\w-]{43}$/)
    expect(searchParams.get('state')).toMatch(/^[\w-]{43}$/)
    expect(url).not.toContain('secret')
  })

  it('ends at the page that somebody came for, and at no other site', async () => {
    const person = { sub: 'ida', email: 'ida@example.com', email_verified: true }
    expect((await signIn(person, '?to=/flows/flw_1')).url).toBe(`${hub.url}/flows/flw_1`)
    for (const to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      expect((await signIn(person, `?to=${encodeURIComponent(to)}`)).url).toBe(`${hub.url}/`)
    }
  })

  it('says that the provider does not answer, and works again when it does', async () => {
    const broken = await startTestHub({
      SWITCHYARD_OIDC_ISSUER: provider.url,
      SWITCHYARD_OIDC_CLIENT_ID: 'switchyard',
    })
    const { url } = await createBrowser().open(`${broken.url}${START}`, `${broken.url}/sign-in?`)
    // The way there is behind the same guard as every other: this hub may not call private networks.
    expect(new URL(url).searchParams.get('problem')).toBe('identity_provider_failed')
    await broken.close()
  })

  it('lets somebody in who comes for the first time in two browsers at once', async () => {
    const identity = {
      issuer: provider.url,
      subject: 'una',
      email: 'una@colleagues.example',
      emailIsVerified: true,
      name: 'Una',
    }
    const whence = { address: '127.0.0.1', userAgent: 'a test' }
    const comesIn = () =>
      signInWithIdentity(hub.deps, identity, { allowedDomains: ['colleagues.example'] }, whence)
    const [one, other] = await Promise.all([comesIn(), comesIn()])
    expect(one.user).toEqual(other.user)
    for (const { token } of [one, other])
      expect(await hub.deps.accounts.sessions.findByToken(token, new Date())).toBeDefined()
  })

  it('lets somebody in who came for a page with an address of thousands of letters', async () => {
    const person = { sub: 'ida', email: 'ida@example.com', email_verified: true }
    const cameFor = async (name: string) => {
      const { url, me } = await signIn(person, `?to=${encodeURIComponent(`/events?name=${name}`)}`)
      expect(me?.user.name).toBe('Ida')
      return url
    }
    // As far as a browser keeps what has to come back, they end there, and otherwise at the first page.
    const long = 'x'.repeat(1_900)
    expect(await cameFor(long)).toBe(`${hub.url}/events?name=${long}`)
    for (const tooLong of ['x'.repeat(4_000), 'ż'.repeat(1_500), '"'.repeat(1_500)])
      expect(await cameFor(tooLong)).toBe(`${hub.url}/`)
  })

  it('that the hub cannot finish is not blamed on the provider', async () => {
    const failing = await startTestHub({
      SWITCHYARD_ALLOW_NETWORKS: provider.network,
      SWITCHYARD_OIDC_ISSUER: provider.url,
      SWITCHYARD_OIDC_CLIENT_ID: provider.clientId,
      SWITCHYARD_OIDC_CLIENT_SECRET: provider.clientSecret,
    })
    provider.sendsBackTo(`${failing.url}/sign-in/oidc/callback`)
    provider.person = { sub: 'ida', email: 'ida@example.com', email_verified: true }
    const browser = createBrowser()
    const back = await browser.open(`${failing.url}${START}`, `${failing.url}/sign-in/oidc/callback`)
    await failing.deps.database.connection.close()
    const { url } = await browser.open(back.url, `${failing.url}/sign-in?`)
    expect(new URL(url).searchParams.get('problem')).toBe('identity_hub_failed')
    provider.sendsBackTo(`${hub.url}/sign-in/oidc/callback`)
    await failing.close()
  })

  it('stands in the audit log', async () => {
    const { auditLog } = await hub.graphql<{ auditLog: { items: { action: string; actorName: string }[] } }>(
      '{ auditLog(filter: { action: "signIn" }) { items { action actorName outcome } } }',
    )
    expect(auditLog.items).toContainEqual({ action: 'signIn', actorName: 'Ida', outcome: 'done' })
  })
})
