import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askingAs, tokenOf } from '../graphql/testing/ask-api.ts'
import type { Ask } from '../graphql/testing/ask-api.ts'
import { browserAt } from '../graphql/testing/browser-at.ts'
import type { Browser } from '../graphql/testing/browser-at.ts'
import { made } from '../graphql/testing/furnish-workspace.ts'
import { personWithRole } from '../graphql/testing/person-with-role.ts'
import { workspaceDeps } from '../deps.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { createToken } from './create-token.ts'
import { inviteMember } from './invite-member.ts'
import { removeMember } from './remove-member.ts'

let hub: TestHub
let now = Date.now()
let workspaceId: string
let operator: Ask
let owner: Browser & { userId: string }
const password = 'forty yellow kites'

beforeAll(async () => {
  hub = await startTestHub({}, { now: () => new Date(now) })
  const [workspace] = await hub.deps.workspaces.all()
  workspaceId = workspace!.id
  operator = askingAs(hub, { token: hub.adminToken, workspaceId })
  owner = await personWithRole(hub, workspaceId, 'owner', 'Olga')
})
afterAll(() => hub.close())

async function invite(
  email: string,
  role = 'marketer',
  by: Ask = owner.ask,
): Promise<{ token: string; id: string }> {
  const { url, invitation } = await made(
    by,
    `mutation { inviteMember(email: "${email}", role: ${role}) { ... on CreatedInvitation { url invitation { id } } ... on HubError { code message } } }`,
  )
  expect(url).toMatch(new RegExp(`^${hub.url}/invitation#[\\w-]{43}$`))
  return { token: url.split('#')[1], id: invitation.id }
}

const accept = (browser: Browser, token: string, more: { name?: string; password?: string } = {}) =>
  browser.ask(
    `mutation ($token: String!, $name: String, $password: String) {
      acceptInvitation(token: $token, name: $name, password: $password) {
        __typename ... on SignedIn { name } ... on HubError { code message }
      }
    }`,
    { token, ...more },
  )
const preview = async (browser: Browser, token: string) =>
  (await browser.ask(`{ invitation(token: "${token}") { workspaceName email role needs } }`)).data.invitation
const roleOf = async (browser: Browser) => (await browser.ask('{ me { role } }')).data.me?.role

describe('an invitation', () => {
  it('lets one person in, with the role that it says, once', async () => {
    const { token } = await invite('Mia@Example.com')
    const browser = browserAt(hub)
    expect(await preview(browser, token)).toEqual({
      workspaceName: 'Main',
      email: 'mia@example.com',
      role: 'marketer',
      needs: 'new_account',
    })
    const answer = await accept(browser, token, { name: 'Mia', password })
    expect(answer.data.acceptInvitation).toEqual({ __typename: 'SignedIn', name: 'Mia' })
    expect(await roleOf(browser)).toBe('marketer')
    const again = await accept(browserAt(hub), token, { name: 'Eve', password })
    expect(again.data.acceptInvitation.code).toBe('invitation_unusable')
    const { data } = await owner.ask('{ members { user { name email } role } invitations { id } }')
    expect(data.members).toContainEqual({ user: { name: 'Mia', email: 'mia@example.com' }, role: 'marketer' })
    expect(data.invitations).toEqual([])
  })

  it('is one, however many are made for a person at the same moment', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => invite('nora@example.com')))
    const { data } = await owner.ask('{ invitations { id email } }')
    const open = data.invitations.filter(({ email }: { email: string }) => email === 'nora@example.com')
    expect(open).toHaveLength(1)
    const usable = made.filter(({ id }) => id === open[0].id)
    expect(await preview(browserAt(hub), usable[0]!.token)).toMatchObject({ email: 'nora@example.com' })
    await owner.ask(`mutation { revokeInvitation(id: "${open[0].id}") { ... on Deleted { id } } }`)
  })

  it('is worth nothing when it was revoked, replaced by a later one, or is a week old', async () => {
    const revoked = await invite('nils@example.com')
    await made(owner.ask, `mutation { revokeInvitation(id: "${revoked.id}") { ... on Deleted { id } } }`)
    const replaced = await invite('nils@example.com')
    const old = await invite('nils@example.com')
    now += 8 * 86_400_000
    owner = await personWithRole(hub, workspaceId, 'owner', 'Olga')
    for (const { token } of [revoked, replaced, old]) {
      const browser = browserAt(hub)
      expect(await preview(browser, token)).toBeNull()
      const answer = await accept(browser, token, { name: 'Nils', password })
      expect(answer.data.acceptInvitation.code).toBe('invitation_unusable')
    }
  })

  it('asks somebody who has an account for the password of it, so that a link alone takes over nobody', async () => {
    const elsewhere = await made(
      operator,
      'mutation { createWorkspace(name: "Else") { ... on Workspace { id } } }',
    )
    const there = askingAs(hub, { token: hub.adminToken, workspaceId: elsewhere.id })
    const { token } = await invite('mia@example.com', 'owner', there)
    const browser = browserAt(hub)
    expect((await preview(browser, token)).needs).toBe('own_password')
    const thief = await accept(browser, token, { name: 'Eve', password: 'a password of Eve' })
    expect(thief.data.acceptInvitation.code).toBe('sign_in_refused')
    const answer = await accept(browser, token, { password })
    expect(answer.data.acceptInvitation.name).toBe('Mia')
    const { data } = await browser.ask(
      '{ me { role workspace { name } memberships { role workspace { name } } } }',
    )
    expect(data.me).toMatchObject({ role: 'owner', workspace: { name: 'Else' } })
    expect(data.me.memberships).toHaveLength(2)
  })

  it('needs nothing of somebody who has signed in, and nothing for somebody else', async () => {
    const zoe = await personWithRole(hub, workspaceId, undefined, 'Zoe')
    const { data } = await zoe.ask('{ me { user { email } role } }')
    expect(data.me.role).toBeNull()
    const { token } = await invite(data.me.user.email, 'viewer')
    const other = await personWithRole(hub, workspaceId, undefined, 'Yan')
    expect((await accept(other, token)).data.acceptInvitation.code).toBe('sign_in_refused')
    expect((await preview(zoe, token)).needs).toBe('nothing')
    expect((await accept(zoe, token)).data.acceptInvitation.__typename).toBe('SignedIn')
    expect(await roleOf(zoe)).toBe('viewer')
  })
})

describe('a link', () => {
  const NEW_PASSWORD = 'ninety purple boats'
  const passwordLink = async (by: Ask, id: string): Promise<string> => {
    const { url } = await made(
      by,
      `mutation { createPasswordLink(id: "${id}") { ... on CreatedInvitation { url } ... on HubError { code message } } }`,
    )
    return url.split('#')[1]
  }
  const isWorthNothing = async (token: string) => {
    const browser = browserAt(hub)
    expect(await preview(browser, token)).toBeNull()
    const answer = await accept(browser, token, { name: 'Eve', password: NEW_PASSWORD })
    expect(answer.data.acceptInvitation.code).toBe('invitation_unusable')
  }

  it.each([
    { what: 'was removed', end: (id: string) => `removeMember(id: "${id}") { __typename }` },
    {
      what: 'is no owner any more',
      end: (id: string) => `changeMemberRole(id: "${id}", role: ops) { __typename }`,
    },
  ])('opens nothing once its maker $what, nor does one that their token made', async ({ end }) => {
    const eve = await personWithRole(hub, workspaceId, 'owner', 'Eve')
    const kim = await personWithRole(hub, workspaceId, 'viewer', 'Kim')
    const ben = await personWithRole(hub, workspaceId, 'viewer', 'Ben')
    const token = askingAs(hub, { token: await tokenOf(eve.ask, 'owner') })
    const links = [
      await passwordLink(eve.ask, kim.userId),
      await passwordLink(token, ben.userId),
      (await invite('eve-again@example.com', 'owner', eve.ask)).token,
      (await invite('eve-once-more@example.com', 'owner', token)).token,
    ]
    await owner.ask(`mutation { ${end(eve.userId)} }`)
    for (const link of links) await isWorthNothing(link)
    const { data } = await owner.ask('{ invitations { email } }')
    expect(data.invitations).toEqual([])
  })

  it('that was being made while its maker was removed opens nothing either', async () => {
    const eve = await personWithRole(hub, workspaceId, 'owner', 'Eve')
    const deps = workspaceDeps(hub.deps, workspaceId)
    await deps.members.remove(eve.userId)
    const { url } = await inviteMember(deps, eve.userId, { email: 'eve-late@example.com', role: 'owner' })
    expect(url).toContain('#')
    await isWorthNothing(url.split('#')[1]!)
  })

  it('opens nothing once the token that made it is revoked', async () => {
    const { secret, id } = await made(
      owner.ask,
      'mutation { createToken(name: "inviter", role: owner) { ... on CreatedToken { secret id: token { id } } } }',
    )
    const { token } = await invite('nobody@example.com', 'owner', askingAs(hub, { token: secret }))
    expect(await preview(browserAt(hub), token)).toMatchObject({ role: 'owner' })
    await made(owner.ask, `mutation { revokeToken(id: "${id.id}") { ... on Deleted { id } } }`)
    await isWorthNothing(token)
  })

  it('to a new password ends when its person joins a workspace that its maker does not own', async () => {
    const place = await made(
      operator,
      'mutation { createWorkspace(name: "Vault") { ... on Workspace { id } } }',
    )
    const kim = await personWithRole(hub, workspaceId, 'viewer', 'Kim')
    const link = await passwordLink(owner.ask, kim.userId)
    const byOperator = await passwordLink(
      operator,
      (await personWithRole(hub, workspaceId, 'viewer', 'Ben')).userId,
    )
    const { members } = hub.deps.storesOf(place.id)
    await members.add({ userId: kim.userId, role: 'owner', since: new Date(now) })
    await isWorthNothing(link)
    expect(await preview(browserAt(hub), byOperator)).toMatchObject({ needs: 'new_password' })
  })
})

describe('a member', () => {
  const change = (by: Browser, id: string, role: string) =>
    by.ask(
      `mutation { changeMemberRole(id: "${id}", role: ${role}) { ... on Member { role } ... on HubError { code } } }`,
    )
  const remove = (by: Browser, id: string) =>
    by.ask(`mutation { removeMember(id: "${id}") { ... on Deleted { id } ... on HubError { code } } }`)

  it('may do what the new role allows from the next request on', async () => {
    const kim = await personWithRole(hub, workspaceId, 'ops', 'Kim')
    expect((await kim.ask('{ tokens { id } }')).errors).toBeUndefined()
    await change(owner, kim.userId, 'viewer')
    expect((await kim.ask('{ tokens { id } }')).errors?.[0]?.extensions.code).toBe('forbidden')
  })

  it('who is removed sees nothing any more, nor do the tokens that they made', async () => {
    const kim = await personWithRole(hub, workspaceId, 'ops', 'Kim')
    const mine = await tokenOf(kim.ask, 'marketer')
    const child = await tokenOf(askingAs(hub, { token: await tokenOf(kim.ask, 'ops') }), 'ops')
    expect((await askingAs(hub, { token: child })('{ me { role } }')).data.me.role).toBe('ops')
    await change(owner, kim.userId, 'viewer')
    // Lowered with their maker, before anybody removes them.
    expect((await askingAs(hub, { token: mine })('{ me { role } }')).data.me.role).toBe('viewer')
    expect((await askingAs(hub, { token: child })('{ me { role } }')).data.me.role).toBe('viewer')
    await remove(owner, kim.userId)
    expect((await kim.ask('{ connections { count } }')).errors?.[0]?.extensions.code).toBe('forbidden')
    for (const token of [mine, child]) {
      expect(await askingAs(hub, { token })('{ me { role } }')).toMatchObject({ status: 401 })
    }
  })

  it('who is removed while they make a token does not find it again when they are invited back', async () => {
    const kim = await personWithRole(hub, workspaceId, 'ops', 'Kim')
    const deps = workspaceDeps(hub.deps, workspaceId)
    const tokens: typeof deps.tokens = {
      ...deps.tokens,
      async add(token, hash) {
        await removeMember(deps, kim.userId)
        await deps.tokens.add(token, hash)
      },
    }
    const caller = { kind: 'user', id: kim.userId, name: 'Kim', email: '', sessionId: '' } as const
    const making = createToken({ ...deps, tokens }, { caller, role: 'ops' }, { name: 'Late', role: 'ops' })
    await expect(making).rejects.toThrow('There is no member')
    expect((await deps.tokens.all()).filter(({ name }) => name === 'Late')).toEqual([])
  })

  it('who is the last owner stays one, even when two owners remove each other at the same moment', async () => {
    const place = await made(
      operator,
      'mutation { createWorkspace(name: "Duel") { ... on Workspace { id } } }',
    )
    const one = await personWithRole(hub, place.id, 'owner', 'One')
    const two = await personWithRole(hub, place.id, 'owner', 'Two')
    await Promise.all([remove(one, two.userId), change(two, one.userId, 'viewer')])
    const left = await hub.deps.storesOf(place.id).members.all()
    expect(left.filter(({ role }) => role === 'owner')).toHaveLength(1)
    const last = left.find(({ role }) => role === 'owner')!.userId === one.userId ? one : two
    expect((await remove(last, last.userId)).data.removeMember.code).toBe('last_owner')
    expect((await change(last, last.userId, 'ops')).data.changeMemberRole.code).toBe('last_owner')
  })

  it('who forgot their password chooses a new one by a link, which ends all their sessions', async () => {
    const { token } = await invite('vera@example.com')
    const vera = browserAt(hub)
    await accept(vera, token, { name: 'Vera', password })
    const { data } = await vera.ask('{ me { id } }')
    const link = await made(
      owner.ask,
      `mutation { createPasswordLink(id: "${data.me.id}") { ... on CreatedInvitation { url } ... on HubError { code } } }`,
    )
    const secret = link.url.split('#')[1]
    const elsewhere = browserAt(hub)
    expect((await preview(elsewhere, secret)).needs).toBe('new_password')
    const weak = await accept(elsewhere, secret, { password: 'vera vera vera' })
    expect(weak.data.acceptInvitation.code).toBe('password_too_simple')
    expect(
      (await accept(elsewhere, secret, { password: 'ninety purple boats' })).data.acceptInvitation.name,
    ).toBe('Vera')
    expect((await vera.ask('{ me { id } }')).data.me).toBeNull()
    expect(
      (await accept(browserAt(hub), secret, { password: 'ninety purple boats' })).data.acceptInvitation.code,
    ).toBe('invitation_unusable')
  })

  it('is not taken over by an owner of one of their workspaces alone', async () => {
    const place = await made(
      operator,
      'mutation { createWorkspace(name: "Other") { ... on Workspace { id } } }',
    )
    const guest = await personWithRole(hub, workspaceId, 'viewer', 'Guest')
    await hub.deps
      .storesOf(place.id)
      .members.add({ userId: guest.userId, role: 'owner', since: new Date(now) })
    const link = (by: Ask) =>
      by(`mutation { createPasswordLink(id: "${guest.userId}") { __typename ... on HubError { code } } }`)
    expect((await link(owner.ask)).data.createPasswordLink.code).toBe('owns_too_little')
    const token = await tokenOf(operator, 'owner')
    expect((await link(askingAs(hub, { token }))).data.createPasswordLink.code).toBe('owns_too_little')
    expect((await link(operator)).data.createPasswordLink.__typename).toBe('CreatedInvitation')
  })

  it('of two workspaces looks at one or the other, and never at a third', async () => {
    const two = await made(operator, 'mutation { createWorkspace(name: "Two") { ... on Workspace { id } } }')
    const third = await made(
      operator,
      'mutation { createWorkspace(name: "Third") { ... on Workspace { id } } }',
    )
    const sue = await personWithRole(hub, workspaceId, 'viewer', 'Sue')
    await hub.deps.storesOf(two.id).members.add({ userId: sue.userId, role: 'owner', since: new Date(now) })
    const where = async (headers = {}) =>
      (await sue.ask('{ me { role workspace { name } } }', {}, headers)).data.me
    const move = async (id: string) =>
      (
        await sue.ask(
          `mutation { switchWorkspace(id: "${id}") { ... on Workspace { name } ... on HubError { code } } }`,
        )
      ).data.switchWorkspace
    expect(await move(two.id)).toEqual({ name: 'Two' })
    expect(await where()).toEqual({ role: 'owner', workspace: { name: 'Two' } })
    expect(await where({ 'switchyard-workspace': workspaceId })).toEqual({
      role: 'viewer',
      workspace: { name: 'Main' },
    })
    expect(await move(third.id)).toEqual({ code: 'not_your_workspace' })
    expect(await where({ 'switchyard-workspace': third.id })).toEqual({ role: null, workspace: null })
  })

  it('is not changed by a token in the place of another one that was meant', async () => {
    const meant = await made(
      operator,
      'mutation { createWorkspace(name: "Meant") { ... on Workspace { id } } }',
    )
    const token = await tokenOf(operator, 'owner')
    const { errors } = await askingAs(hub, { token, workspaceId: meant.id })(`mutation {
      setRetention(retention: { bodiesDays: 1, receiptsDays: 1, refusedDays: 1, deliveriesDays: 1 }) { __typename }
    }`)
    expect(errors?.[0]?.extensions.code).toBe('forbidden')
    expect(errors?.[0]?.message).toContain('Switchyard-Workspace')
    const { data } = await askingAs(hub, { token, workspaceId })('{ workspace { retention { bodiesDays } } }')
    expect(data.workspace.retention.bodiesDays).toBe(30)
  })
})
