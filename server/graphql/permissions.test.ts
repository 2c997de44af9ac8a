import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '../accounts/permission.ts'
import type { Permission } from '../accounts/permission.ts'
import { permissionsOfField } from './permissions.ts'
import { schema } from './schema.ts'
import { askingAs, tokenOf } from './testing/ask-api.ts'
import type { Ask } from './testing/ask-api.ts'
import { furnishWorkspace } from './testing/furnish-workspace.ts'
import type { Furnished } from './testing/furnish-workspace.ts'
import { startApi } from './testing/start-api.ts'
import type { Api } from './testing/start-api.ts'
import { rootFields, writeOperation } from './testing/write-operation.ts'

let api: Api
let place: Furnished

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'limits', api.receiver.url)
})
afterAll(() => api.close())

async function limitedTo(given: readonly Permission[], by: Ask = api.owner, role = 'owner'): Promise<Ask> {
  const { data } = await by(
    `mutation { createToken(name: "limited", role: ${role}, permissions: [${given.join(', ')}]) {
      ... on CreatedToken { secret token { permissions } } ... on HubError { message }
    } }`,
  )
  expect(data.createToken).toMatchObject({ token: { permissions: given } })
  return askingAs(api.hub, { token: data.createToken.secret })
}

const isForbidden = async (asked: ReturnType<Ask>) =>
  (await asked).errors?.[0]?.extensions.code === 'forbidden'

describe('a token that is limited', () => {
  it.each(permissions.map((permission) => ({ permission })))(
    'to $permission can do what that opens and nothing else, owner or not',
    async ({ permission }) => {
      const ask = await limitedTo([permission])
      const along: Partial<Record<Permission, Permission[]>> = {
        write_connections: ['read_connections'],
        write_flows: ['read_flows'],
        write_contacts: ['read_contacts'],
        replay_deliveries: ['read_deliveries', 'read_events'],
        write_workspace: ['read_workspace'],
      }
      const opened = new Set<string>([permission, ...(along[permission] ?? [])])
      const isOpened = (field: string) => {
        const needed = permissionsOfField(field)
        return needed !== 'none_has_it' && needed.every((each) => opened.has(each))
      }
      for (const kind of ['query', 'mutation'] as const) {
        for (const field of rootFields(schema, kind)) {
          if (field.extensions['isOpen']) continue
          expect({
            field: field.name,
            forbidden: await isForbidden(ask(writeOperation(kind, field))),
          }).toEqual({
            field: field.name,
            forbidden: !isOpened(field.name),
          })
        }
      }
    },
  )

  it('has no way to what is the operator’s or a person’s own, nor to an account or a role for anybody', () => {
    const nobodys = (['query', 'mutation', 'subscription'] as const)
      .flatMap((kind) => rootFields(schema, kind))
      .filter((field) => !field.extensions['isOpen'] && permissionsOfField(field.name) === 'none_has_it')
      .map(({ name }) => name)
    // A new field belongs to a permission in permissions.ts, or here.
    expect(nobodys.toSorted()).toEqual([
      'changeMemberRole',
      'changeName',
      'changePassword',
      'createPasswordLink',
      'createWorkspace',
      'inviteMember',
      'revokeSession',
      'sessions',
      'signOut',
      'signOutEverywhere',
      'switchWorkspace',
      'workspaces',
    ])
  })

  it('does not get round its limits through what refers to something else', async () => {
    const events = await limitedTo(['read_events'])
    expect((await events('{ events { items { name receipt { state } } } }')).errors).toBeUndefined()
    for (const path of [
      'events { items { contact { email } } }',
      'events { items { connection { hookUrl } } }',
      'events { items { deliveries { items { input } } } }',
      'receipts { items { connection { name } } }',
    ]) {
      expect({ path, forbidden: await isForbidden(events(`{ ${path} }`)) }).toEqual({ path, forbidden: true })
    }
    const both = await limitedTo(['read_events', 'read_contacts'])
    expect((await both('{ events { items { contact { email } } } }')).errors).toBeUndefined()
  })

  it('to changing flows reads no people by trying flows and mappings on what came of them', async () => {
    const fields = '{ email: { source: { kind: "field", path: "event.contact.email" }, when: "always" } }'
    const ways = [
      '{ tryFilter(trigger: { events: ["contact.created"] }) { ... on FilterTrial { fields { examples } } } }',
      `{ mappingSample(eventId: "${place.event}") }`,
      `{ previewMapping(connectorId: "webhook", actionId: "httpRequest", fields: ${fields}, eventId: "${place.event}") { __typename } }`,
      `mutation { sendTest(id: "${place.mapping}", connectionId: "${place.connection}", eventId: "${place.event}") { __typename } }`,
    ]
    const flows = await limitedTo(['write_flows'])
    const both = await limitedTo(['write_flows', 'read_events', 'read_contacts'])
    for (const way of ways) {
      const { errors } = await flows(way)
      expect(errors?.[0]?.message).toContain('needs read_events and read_contacts')
      expect((await both(way)).errors).toBeUndefined()
    }
  })

  it('is told what it lacks', async () => {
    const answer = await (await limitedTo(['read_flows']))('{ contacts { count } }')
    expect(answer.errors?.[0]?.message).toContain('limited to read_flows; Query.contacts needs read_contacts')
  })

  it('may do no more than its role allows, whatever its permissions', async () => {
    const viewer = await limitedTo(['write_connections', 'read_events'], api.owner, 'viewer')
    expect(
      await isForbidden(
        viewer(
          'mutation { createConnection(connectorId: "webhook", name: "x", credentials: {}) { __typename } }',
        ),
      ),
    ).toBe(true)
    expect(await isForbidden(viewer('{ receipts { items { body } } }'))).toBe(true)
  })

  it('cannot make a token that may do more than itself, and takes those it made with it when it ends', async () => {
    const { data } = await api.owner(
      `mutation { createToken(name: "parent", role: ops, permissions: [write_workspace], expiresAt: "2999-01-01T00:00:00Z") {
        ... on CreatedToken { secret token { id } }
      } }`,
    )
    const parent = askingAs(api.hub, { token: data.createToken.secret })
    const make = (more: string) =>
      parent(`mutation { createToken(name: "child", role: ops ${more}) {
        __typename ... on HubError { code } ... on CreatedToken { secret token { permissions expiresAt } }
      } }`)
    expect((await make('permissions: [write_flows]')).data.createToken.code).toBe('permission_too_wide')
    const child = (await make('')).data.createToken
    expect(child.token).toEqual({ permissions: ['write_workspace'], expiresAt: '2999-01-01T00:00:00.000Z' })
    const grandchild = await askingAs(api.hub, { token: child.secret })(
      'mutation { createToken(name: "grandchild", role: viewer) { ... on CreatedToken { secret } } }',
    )
    await api.owner(`mutation { revokeToken(id: "${data.createToken.token.id}") { __typename } }`)
    for (const secret of [data.createToken.secret, child.secret, grandchild.data.createToken.secret]) {
      expect(await askingAs(api.hub, { token: secret })('{ me { id } }')).toMatchObject({ status: 401 })
    }
  })

  it('cannot make a token once it has revoked itself, not even in the same document', async () => {
    const { data } = await api.owner(
      `mutation { createToken(name: "parent", role: ops, permissions: [write_workspace]) {
        ... on CreatedToken { secret token { id } }
      } }`,
    )
    const { secret, token } = data.createToken
    const ask = askingAs(api.hub, { token: secret })
    const make =
      'createToken(name: "child", role: ops) { ... on CreatedToken { secret } ... on HubError { code } }'
    const answer = await ask(
      `mutation { revoked: revokeToken(id: "${token.id}") { __typename } child: ${make} }`,
    )
    expect(answer.data).toEqual({ revoked: { __typename: 'Deleted' }, child: { code: 'token_not_found' } })
  })

  it('is limited to something, or not at all', async () => {
    const { data } = await api.owner(
      'mutation { createToken(name: "idle", role: viewer, permissions: []) { ... on HubError { message } } }',
    )
    expect(data.createToken.message).toBe(
      'This cannot be used. permissions: is empty: name at least one, or leave it out. Correct it and send it again.',
    )
  })

  it('opens nothing once who made it is gone, even where it was being made while they went', async () => {
    const { tokens } = api.hub.deps.storesOf(api.workspaceId)
    const { data } = await api.owner(
      'mutation { createToken(name: "parent", role: ops) { ... on CreatedToken { secret token { id } } } }',
    )
    const child = await tokenOf(askingAs(api.hub, { token: data.createToken.secret }), 'ops')
    const grandchild = await tokenOf(askingAs(api.hub, { token: child }), 'viewer')
    // As a process leaves it that makes the child just after another has looked for what the parent has made.
    await tokens.remove(data.createToken.token.id)
    for (const secret of [child, grandchild]) {
      expect(await askingAs(api.hub, { token: secret })('{ me { id } }')).toMatchObject({ status: 401 })
    }
  })

  it('says when it was last used', async () => {
    const { data } = await api.owner(
      'mutation { createToken(name: "used", role: viewer) { ... on CreatedToken { secret token { id lastUsedAt createdBy } } } }',
    )
    const { secret, token } = data.createToken
    expect(token.lastUsedAt).toBeNull()
    expect(token.createdBy).toMatch(/^tok_/)
    await askingAs(api.hub, { token: secret })('{ me { id } }')
    const listed = (await api.owner('{ tokens { id lastUsedAt } }')).data.tokens
    expect(listed.find(({ id }: { id: string }) => id === token.id).lastUsedAt).toMatch(/^20/)
  })
})
