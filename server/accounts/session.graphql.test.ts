import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserAt } from '../graphql/testing/browser-at.ts'
import type { Browser } from '../graphql/testing/browser-at.ts'
import { personWithRole } from '../graphql/testing/person-with-role.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { changePassword } from './change-password.ts'
import { signIn } from './sign-in.ts'

let hub: TestHub
let workspaceId: string
let clock = 0
const DAY_MS = 86_400_000
const password = 'sixty orange chairs'

beforeAll(async () => {
  hub = await startTestHub({}, { now: () => new Date(Date.now() + clock) })
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})
afterAll(() => hub.close())
beforeEach(() => {
  clock = 0
})

async function signedIn(email: string, given = password): Promise<Browser> {
  const browser = browserAt(hub)
  await enter(browser, email, given)
  return browser
}

async function enter(browser: Browser, email: string, given = password) {
  const { data } = await browser.ask(
    `mutation { signIn(email: "${email}", password: "${given}") { __typename ... on HubError { code } } }`,
    {},
    { 'user-agent': `browser of ${email}` },
  )
  return data.signIn
}

async function account(name: string): Promise<string> {
  const { accounts, newId, now, storesOf } = hub.deps
  const user = { id: newId('usr'), email: `${name}@example.com`, name, createdAt: now() }
  await accounts.users.add(user, { passwordHash: await accounts.passwords.hash(password) })
  await storesOf(workspaceId).members.add({ userId: user.id, role: 'marketer', since: now() })
  return user.email
}

const isIn = async (browser: Browser) => (await browser.ask('{ me { id } }')).data.me !== null

describe('a session', () => {
  it('ends after three and a half days without a word, and after thirty in any case', async () => {
    const email = await account('ada')
    const idle = [await signedIn(email), await signedIn(email)]
    const busy = await signedIn(email)
    for (let day = 1; day <= 29; day++) {
      clock = day * DAY_MS
      expect(await isIn(busy)).toBe(true)
    }
    clock = 3 * DAY_MS
    expect(await isIn(idle[0]!)).toBe(true)
    clock = 4 * DAY_MS
    expect([await isIn(idle[0]!), await isIn(idle[1]!)]).toEqual([true, false])
    clock = 30 * DAY_MS + 1
    expect(await isIn(busy)).toBe(false)
  })

  it('is stored as a digest: what stands in the database opens nothing', async () => {
    const email = await account('bob')
    const browser = await signedIn(email)
    const token = /switchyard_session=([\w-]+)/.exec(browser.cookie)![1]!
    const dump = JSON.stringify([
      await hub.deps.database.connection.collection('sessions').find().toArray(),
      await hub.deps.database.connection.collection('users').find().toArray(),
    ])
    expect(dump).not.toContain(token)
    expect(dump).not.toContain(password)
    const [doc] = await hub.deps.database.connection
      .collection<{ _id: string }>('sessions')
      .find()
      .sort({ startedAt: -1 })
      .toArray()
    expect(await isIn(browserAt(hub, [['switchyard_session', doc!._id]]))).toBe(false)
  })

  it('is a new one with every sign-in: one that was planted in the browser before is worth nothing', async () => {
    const email = await account('cyd')
    const attacker = await signedIn(await account('eve'))
    const victim = attacker.copy()
    await enter(victim, email)
    expect(victim.cookie).not.toBe(attacker.cookie)
    expect((await victim.ask('{ me { name } }')).data.me.name).toBe('cyd')
    expect(await isIn(attacker)).toBe(false)
  })

  it('is seen by its person with where it is used, and can be ended from another', async () => {
    const email = await account('dee')
    const one = await signedIn(email)
    const two = await signedIn(email)
    const list = async () => (await two.ask('{ sessions { id isCurrent address userAgent } }')).data.sessions
    expect(await list()).toEqual([
      { id: expect.any(String), isCurrent: true, address: '127.0.0.1', userAgent: `browser of ${email}` },
      { id: expect.any(String), isCurrent: false, address: '127.0.0.1', userAgent: `browser of ${email}` },
    ])
    const { id } = (await list())[1]
    await two.ask(`mutation { revokeSession(id: "${id}") { __typename } }`)
    expect(await isIn(one)).toBe(false)
    expect(await list()).toHaveLength(1)
    const other = await signedIn(await account('dan'))
    const own = (await list())[0].id
    const answer = await other.ask(`mutation { revokeSession(id: "${own}") { ... on HubError { code } } }`)
    expect(answer.data.revokeSession.code).toBe('session_not_found')
    expect(await isIn(two)).toBe(true)
  })

  it('ends everywhere at once when its person says so', async () => {
    const email = await account('fay')
    const browsers = [await signedIn(email), await signedIn(email), await signedIn(email)]
    const other = await signedIn(await account('gus'))
    expect((await browsers[0]!.ask('mutation { signOutEverywhere }')).data.signOutEverywhere).toBe(3)
    for (const browser of browsers) expect(await isIn(browser)).toBe(false)
    expect(await isIn(other)).toBe(true)
  })

  it('opens nothing while a request shows a token as well: the token counts, and a wrong one is refused', async () => {
    const browser = await signedIn(await account('hal'))
    const answer = await browser.ask('{ me { id } }', {}, { authorization: 'Bearer swy_wrong' })
    expect(answer.status).toBe(401)
  })

  it('ends the stream that it has open', async () => {
    const person = await personWithRole(hub, workspaceId, 'viewer', 'Ivo')
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'sec-fetch-site': 'same-origin',
        cookie: person.cookie,
      },
      body: JSON.stringify({ query: 'subscription { live { id } }' }),
    })
    expect(response.status).toBe(200)
    await person.ask('mutation { signOut { __typename } }')
    clock = 6_000
    hub.deps.live.publish({ workspaceId, kind: 'event', id: 'evt_after_sign_out' })
    // Ends by itself, and without the news.
    expect(await response.text()).not.toContain('evt_after_sign_out')
  })
})

describe('one’s own password', () => {
  const change = (browser: Browser, current: string, next: string) =>
    browser.ask(
      'mutation ($current: String!, $next: String!) { changePassword(current: $current, next: $next) { __typename ... on HubError { code } } }',
      { current, next },
    )

  it('is changed by who knows it, and everybody else who knew it is out', async () => {
    const email = await account('jan')
    const here = await signedIn(email)
    const elsewhere = await signedIn(email)
    const thief = here.copy()
    const next = 'eighty indigo doors'
    expect((await change(here, 'not this one', next)).data.changePassword.code).toBe('sign_in_refused')
    expect((await change(here, password, 'short')).data.changePassword.code).toBe('password_too_short')
    expect((await change(here, password, next)).data.changePassword.__typename).toBe('SignedIn')
    expect([await isIn(here), await isIn(elsewhere), await isIn(thief)]).toEqual([true, false, false])
    expect((await enter(browserAt(hub), email)).code).toBe('sign_in_refused')
    expect((await enter(browserAt(hub), email, next)).__typename).toBe('SignedIn')
  })

  it('once changed opens nothing for who was just signing in with the former one', async () => {
    const email = await account('lea')
    const here = await signedIn(email)
    const { sessions } = hub.deps.accounts
    const inBetween: typeof sessions = {
      ...sessions,
      async add(session, token) {
        await change(here, password, 'eighty indigo doors')
        await sessions.add(session, token)
      },
    }
    const accounts = { ...hub.deps.accounts, sessions: inBetween }
    const thief = { address: '127.0.0.1', userAgent: 'a thief' }
    const signingIn = signIn({ ...hub.deps, accounts }, { email, password }, thief)
    await expect(signingIn).rejects.toThrow('do not go together')
    const { user } = (await hub.deps.accounts.users.findByEmail(email))!
    const left = await sessions.ofUser(user.id, hub.deps.now())
    expect(left.map(({ userAgent }) => userAgent)).not.toContain('a thief')
    expect(await isIn(here)).toBe(true)
  })

  it('stays what its person made it, should somebody else be changing the former one', async () => {
    const email = await account('max')
    const here = await signedIn(email)
    const next = 'eighty indigo doors'
    const { passwords } = hub.deps.accounts
    const inBetween: typeof passwords = {
      ...passwords,
      async hash(chosen) {
        await change(here, password, next)
        return passwords.hash(chosen)
      },
    }
    const accounts = { ...hub.deps.accounts, passwords: inBetween }
    const own = { email, name: 'max', workspaceId }
    const thief = { address: '127.0.0.1', userAgent: 'a thief' }
    const changing = changePassword(
      { ...hub.deps, accounts },
      own,
      { current: password, next: 'seventy violet boats' },
      thief,
    )
    await expect(changing).rejects.toThrow('do not go together')
    expect((await enter(browserAt(hub), email, next)).__typename).toBe('SignedIn')
  })

  it('cannot be guessed with a stolen session either', async () => {
    const browser = await signedIn(await account('kit'))
    const outcomes: string[] = []
    for (let at = 0; at < 11; at++) {
      outcomes.push((await change(browser, `guess ${at}`, 'eighty indigo doors')).data.changePassword.code)
    }
    expect(outcomes.slice(-2)).toEqual(['sign_in_refused', 'too_many_attempts'])
  })
})

it('one’s own name is changed, and the log keeps the names under which things were done', async () => {
  const person = await personWithRole(hub, workspaceId, 'owner', 'Lou')
  const rename = async (name: string) =>
    (
      await person.ask(
        `mutation { changeName(name: "${name}") { ... on User { name } ... on HubError { code } } }`,
      )
    ).data.changeName
  expect(await rename('Lou Reed')).toEqual({ name: 'Lou Reed' })
  expect(await rename('  ')).toEqual({ code: 'input_invalid' })
  const { data } = await person.ask(
    `{ auditLog(first: 5, filter: { actor: "${person.userId}" }) { items { actorName action } } }`,
  )
  expect(data.auditLog.items).toEqual([
    { actorName: 'Lou Reed', action: 'changeName' },
    { actorName: 'Lou', action: 'changeName' },
  ])
})

it('who tried to sign in, and from where, stands in the audit log of the person’s workspace', async () => {
  const email = await account('mia')
  await enter(browserAt(hub), email, 'a wrong one')
  await enter(browserAt(hub), email)
  const owner = await personWithRole(hub, workspaceId, 'owner', 'Ned')
  const entries = async () => {
    const { data } = await owner.ask(
      '{ auditLog(filter: { action: "signIn" }) { items { actorName outcome address userAgent } } }',
    )
    return data.auditLog.items.filter(({ actorName }: { actorName: string }) => actorName === 'mia')
  }
  await expect.poll(entries).toEqual([
    { actorName: 'mia', outcome: 'done', address: '127.0.0.1', userAgent: `browser of ${email}` },
    { actorName: 'mia', outcome: 'sign_in_refused', address: '127.0.0.1', userAgent: `browser of ${email}` },
  ])
})

it('signing in over a session that is open is written down once, for whoever came in', async () => {
  const [before, after] = [await account('olga'), await account('pete')]
  const browser = await signedIn(before)
  await enter(browser, after)
  const owner = await personWithRole(hub, workspaceId, 'owner', 'Rita')
  const entries = async () => {
    const { data } = await owner.ask(
      '{ auditLog(filter: { action: "signIn" }) { items { actor actorName subject outcome } } }',
    )
    return data.auditLog.items.filter(({ actorName }: { actorName: string }) =>
      ['olga', 'pete'].includes(actorName),
    )
  }
  const entry = (name: string) => ({ actor: id, actorName: name, subject: id, outcome: 'done' })
  const id = expect.stringMatching(/^usr_/)
  await expect.poll(entries).toEqual([entry('pete'), entry('olga')])
})
