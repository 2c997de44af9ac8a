import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserAt } from '../graphql/testing/browser-at.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'

let hub: TestHub
const ada = { name: 'Ada', email: 'Ada@Example.com', password: 'eleven green lamps', workspaceName: 'Lamps' }
const setUp = `mutation ($token: String!, $name: String!, $email: String!, $password: String!, $workspaceName: String!) {
  setUp(token: $token, name: $name, email: $email, password: $password, workspaceName: $workspaceName) {
    __typename ... on SignedIn { name } ... on HubError { code message }
  }
}`
const signIn = `mutation ($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { __typename ... on SignedIn { name } ... on HubError { code message } }
}`
const me =
  '{ me { isOperator user { name email } role workspace { name } memberships { workspace { name } role } } }'

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub.close())

describe('a new hub', () => {
  it('lets its first owner in by the link that it prints, once', async () => {
    const { url } = hub.setUpLink!
    expect(url).toMatch(new RegExp(`^${hub.url}/set-up#`))
    const token = url.split('#')[1]!
    const browser = browserAt(hub)
    const wrong = await browser.ask(setUp, { ...ada, token: `${token}x` })
    expect(wrong.data.setUp.code).toBe('set_up_closed')
    const made = await browser.ask(setUp, { ...ada, token })
    expect(made.data.setUp).toEqual({ __typename: 'SignedIn', name: 'Ada' })
    expect((await browser.ask(me)).data.me).toEqual({
      isOperator: false,
      user: { name: 'Ada', email: 'ada@example.com' },
      role: 'owner',
      workspace: { name: 'Lamps' },
      memberships: [{ workspace: { name: 'Lamps' }, role: 'owner' }],
    })
    const again = await browserAt(hub).ask(setUp, { ...ada, token, email: 'eve@example.com' })
    expect(again.data.setUp.code).toBe('set_up_closed')
  })
})

describe('signing in', () => {
  it('opens a session whose cookie scripts cannot read', async () => {
    const browser = browserAt(hub)
    expect((await browser.ask(me)).data).toEqual({ me: null })
    const answer = await browser.ask(signIn, ada)
    expect(answer.data.signIn).toEqual({ __typename: 'SignedIn', name: 'Ada' })
    expect(browser.setCookies).toEqual([
      expect.stringMatching(/^switchyard_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^switchyard_device=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    expect((await browser.ask('{ connections { count } }')).data).toEqual({ connections: { count: 0 } })
  })

  it('says the same to a wrong password and to an address that nobody has', async () => {
    const wrong = await browserAt(hub).ask(signIn, { ...ada, password: 'twelve green lamps' })
    const unknown = await browserAt(hub).ask(signIn, { ...ada, email: 'bob@example.com' })
    expect(wrong.data.signIn).toMatchObject({ __typename: 'SignInRefused', code: 'sign_in_refused' })
    expect(unknown).toEqual(wrong)
  })

  it('out again leaves nothing to a thief who kept the cookie', async () => {
    const browser = browserAt(hub)
    await browser.ask(signIn, ada)
    const thief = browser.copy()
    expect((await thief.ask(me)).data.me.user.name).toBe('Ada')
    await browser.ask('mutation { signOut { ... on Deleted { id } } }')
    expect(browser.cookie).not.toContain('session')
    expect((await thief.ask('{ connections { count } }')).status).toBe(401)
    expect((await thief.ask(me)).data).toEqual({ me: null })
  })
})
