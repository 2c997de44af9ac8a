import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newToken, tokenHash } from '../accounts/token-store.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { createDestinationHealth } from '../pipeline/destination-health.ts'
import { stranger } from './authenticate.ts'
import { createContext } from './context.ts'
import { schema } from './schema.ts'
import { askingAs, tokenOf } from './testing/ask-api.ts'
import type { Ask } from './testing/ask-api.ts'
import { personWithRole } from './testing/person-with-role.ts'
import { furnishWorkspace } from './testing/furnish-workspace.ts'
import type { Furnished } from './testing/furnish-workspace.ts'
import { startReceiver } from './testing/start-receiver.ts'
import type { Receiver } from './testing/start-receiver.ts'
import { objectFields, rootFields, takesId, writeOperation } from './testing/write-operation.ts'

let hub: TestHub
let receiver: Receiver
/** The operator in workspace B, which has one of everything. */
let inB: Ask
let b: Furnished & Record<string, string>
let workspaceA: string
let workspaceB: string
/** A credential in B. */
const SECRET = 'whsec_never_to_be_seen_again'
/** Everything in B has this in its name or address. */
const MARKER = 'bsecret'
const ask: Record<string, Ask> = {}

beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
  const token = hub.adminToken
  const [a] = await hub.deps.workspaces.all()
  const operator = askingAs(hub, { token })
  const made = await operator('mutation { createWorkspace(name: "B") { ... on Workspace { id } } }')
  workspaceB = made.data.createWorkspace.id
  inB = askingAs(hub, { token, workspaceId: workspaceB })
  b = { ...(await furnishWorkspace(hub, inB, MARKER, receiver.url)), ...(await openEnds(workspaceB)) }

  workspaceA = a!.id
  const inA = askingAs(hub, { token, workspaceId: workspaceA })
  ask['operator'] = inA
  for (const role of ['viewer', 'marketer', 'ops', 'owner']) {
    ask[role] = askingAs(hub, { token: await tokenOf(inA, role) })
  }
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
})

/** The doors by which people come in, and what is said there: nothing that the person there did not bring along. */
const open = {
  fields: [
    'Query.invitation',
    'Query.me',
    'Query.signInOptions',
    'Mutation.acceptInvitation',
    'Mutation.setUp',
    'Mutation.signIn',
  ],
  types: [
    'InputInvalid',
    'InputProblem',
    'InvitationPreview',
    'InvitationUnusable',
    'OidcOption',
    'PasswordUnfit',
    'SetUpClosed',
    'SignedIn',
    'SignInOptions',
    'SignInRefused',
    'TooManyAttempts',
  ],
}

/** What a person may do about their own account, whatever their role. */
const own = [
  'changeName',
  'changePassword',
  'revokeSession',
  'signOut',
  'signOutEverywhere',
  'switchWorkspace',
]

/** What a stranger to the workspace could change if nobody looked: things that are not over yet. */
async function openEnds(workspaceId: string): Promise<Record<string, string>> {
  const stores = hub.deps.storesOf(workspaceId)
  const [delivered] = await stores.deliveries.page({}, undefined, 1)
  const at = new Date()
  for (const state of ['failed', 'unconfirmed', 'retrying'] as const) {
    const dueAt = new Date(at.getTime() + 3_600_000)
    await stores.deliveries.add({
      ...delivered!,
      id: `dlv_b-${state}`,
      lane: state,
      state,
      dueAt,
      attempts: [],
    })
  }
  await stores.replays.add({
    id: 'rpl_b',
    workspaceId,
    target: { kind: 'receipts', connectionId: 'con_none' },
    state: 'cancelled',
    until: at,
    total: 1,
    done: 0,
    failed: 0,
    startedBy: MARKER,
    startedAt: at,
  })
  const token = await inB(
    `mutation { createToken(name: "${MARKER}", role: viewer) { ... on CreatedToken { token { id } } } }`,
  )
  const invitation = await inB(
    `mutation { inviteMember(email: "${MARKER}@example.com", role: viewer) { ... on CreatedInvitation { invitation { id } } } }`,
  )
  const stripe = await inB(
    `mutation { createConnection(connectorId: "stripe", name: "${MARKER} shop", credentials: { signingSecret: "${SECRET}" }) {
      ... on Connection { id }
    } }`,
  )
  const view = await inB(
    `mutation { createView(list: events, name: "${MARKER}", filter: { days: 7 }) { ... on View { id } } }`,
  )
  const person = await personWithRole(hub, workspaceId, 'owner', MARKER)
  const [session] = await hub.deps.accounts.sessions.ofUser(person.userId, at)
  const { data } = await inB('{ problems { items { id } } }')
  return {
    failed: 'dlv_b-failed',
    unconfirmed: 'dlv_b-unconfirmed',
    retrying: 'dlv_b-retrying',
    replay: 'rpl_b',
    problem: data.problems.items[0].id,
    token: token.data.createToken.token.id,
    stripe: stripe.data.createConnection.id,
    member: person.userId,
    invitation: invitation.data.inviteMember.invitation.id,
    session: session!.id,
    view: view.data.createView.id,
    workspace: workspaceId,
  }
}

/** What nobody may read back: in the clear, and as it stands in the database. */
async function secretsOf(userId: string): Promise<string[]> {
  const { connection } = hub.deps.database
  const users = await connection
    .collection('users')
    .find({ passwordHash: { $exists: true } })
    .toArray()
  const sessions = await connection.collection<{ _id: string }>('sessions').find({ userId }).toArray()
  const tokens = await connection.collection('api_tokens').find().toArray()
  const found = [
    ...users.map(({ passwordHash }) => String(passwordHash)),
    ...sessions.map(({ _id }) => _id),
    ...tokens.map(({ hash }) => String(hash)),
  ]
  expect(found.length).toBeGreaterThan(2)
  return [SECRET, hub.adminToken, ...found]
}

describe('a stranger', () => {
  const everything = (['query', 'mutation', 'subscription'] as const).flatMap((kind) =>
    rootFields(schema, kind).map((field) => ({ name: `${kind} ${field.name}`, kind, field })),
  )

  const behindTheDoor = everything.filter(
    ({ kind, field }) =>
      !open.fields.map((name) => name.toLowerCase()).includes(`${kind}.${field.name}`.toLowerCase()),
  )

  it.each(behindTheDoor)('is refused $name', async ({ kind, field }) => {
    const answer = await askingAs(hub, {})(writeOperation(kind, field))
    expect(answer).toEqual({
      status: 401,
      errors: [expect.objectContaining({ extensions: { code: 'unauthenticated' } })],
    })
  })

  it.each(behindTheDoor)('is refused $name beside what is open to everybody', async ({ kind, field }) => {
    if (kind !== 'query') return
    const both = writeOperation(kind, field).replace(/^query \{/, 'query { me { id }')
    expect(await askingAs(hub, {})(both)).toMatchObject({ status: 401 })
  })

  it.each([
    'query { ...all } fragment all on Query { workspaces { id } }',
    'query { ... on Query { workspaces { id } } }',
    'query { ... { workspaces { id } } }',
    'query a { me { id } } query b { workspaces { id } }',
    'query { me: workspaces { id } }',
    'query { me { id } __schema { types { name } } }',
    'query { me { id } __type(name: "Flow") { name } }',
    'subscription { me }',
    'query { me { id } } extend type Query { x: Int }',
  ])('comes in by no other way: %s', async (query) => {
    expect(await askingAs(hub, {})(query)).toMatchObject({ status: 401 })
  })

  it('is refused with a token that is made up, revoked or out of date', async () => {
    const owner = ask['owner']!
    const revoked = await owner(
      'mutation { createToken(name: "r", role: viewer) { ... on CreatedToken { secret token { id } } } }',
    )
    const { secret, token } = revoked.data.createToken
    expect(await askingAs(hub, { token: secret })('{ me { id } }')).toMatchObject({ status: 200 })
    await owner(`mutation { revokeToken(id: "${token.id}") { __typename } }`)
    expect(await askingAs(hub, { token: secret })('{ me { id } }')).toMatchObject({ status: 401 })
    expect(await askingAs(hub, { token: 'swy_made-up' })('{ me { id } }')).toMatchObject({ status: 401 })

    const outOfDate = newToken()
    await hub.deps.storesOf(workspaceA).tokens.add(
      {
        id: 'tok_old',
        workspaceId: workspaceA,
        name: 'old',
        role: 'owner',
        expiresAt: new Date(Date.now() - 1),
        createdAt: new Date(0),
      },
      tokenHash(outOfDate),
    )
    const answer = await askingAs(hub, { token: outOfDate })('{ me { id } }')
    expect(answer.status).toBe(401)
  })

  // The door is shut at the entrance; this is the lock on each room, should somebody get in by another way.
  it.each(
    objectFields(schema)
      .map(({ type, field }) => ({ name: `${type.name}.${field.name}`, type, field }))
      .filter(({ name, type }) => !open.fields.includes(name) && !open.types.includes(type.name)),
  )('sees nothing of $name', async ({ type, field }) => {
    const context = createContext(
      {
        hub: hub.deps,
        health: createDestinationHealth(hub.deps.database.connection, hub.deps.now),
        cookies: { giveSession: () => {}, dropSession: () => {}, keepSignIn: () => {} },
        askAgain: async () => stranger,
      },
      stranger,
      { address: '', userAgent: '', origin: undefined },
    )
    const info = {
      parentType: type,
      fieldName: field.name,
      path: { key: field.name, prev: undefined, typename: type.name },
      fieldNodes: [],
      fragments: {},
      variableValues: {},
      schema,
      operation: { selectionSet: { selections: [] } },
    }
    const resolve = (type.name === 'Subscription' ? field.subscribe : field.resolve) as
      ((...args: unknown[]) => unknown) | undefined
    expect(resolve).toBeDefined()
    const asked = (async () => resolve!({}, {}, context, info))()
    await expect(asked).rejects.toMatchObject({ extensions: { code: 'unauthenticated' } })
  })
})

describe('a role', () => {
  const viewer = open.fields.flatMap((name) =>
    name.startsWith('Mutation.') ? [name.slice('Mutation.'.length)] : [],
  )
  const marketer = [
    ...viewer,
    'cancelReplay',
    'createFlow',
    'createFlowFromRecipe',
    'createMapping',
    'createMappingFromPreset',
    'createView',
    'decideReview',
    'deleteFlow',
    'deleteMapping',
    'deleteView',
    'pauseFlow',
    'publishFlow',
    'replayDeliveries',
    'replayDelivery',
    'replayEvents',
    'replayReceipt',
    'replayReceipts',
    'resumeFlow',
    'retryDelivery',
    'rollBackFlow',
    'saveMapping',
    'saveMappingDraft',
    'sendTest',
    'snoozeProblem',
    'updateFlowDraft',
    'updateView',
    'wakeProblem',
  ]
  const ops = [
    ...marketer,
    'cancelDelivery',
    'checkConnection',
    'createConnection',
    'createToken',
    'deleteConnection',
    'pauseConnection',
    'pollNow',
    'registerWebhook',
    'removeWebhook',
    'resolveUnconfirmed',
    'resumeConnection',
    'revokeToken',
    'rotateConnectionSecret',
    'rotateHookKey',
    'setPoll',
    'signOutConnection',
    'startConnectionSignIn',
    'updateConnection',
  ]
  const owner = [
    ...ops,
    'changeMemberRole',
    'createPasswordLink',
    'inviteMember',
    'removeMember',
    'revokeInvitation',
    'setRetention',
  ]
  const operator = [...owner, 'createWorkspace']

  it.each([
    { role: 'viewer', may: viewer },
    { role: 'marketer', may: marketer },
    { role: 'ops', may: ops },
    { role: 'owner', may: owner },
    { role: 'operator', may: operator },
  ])('of $role can change what it may change and nothing else', async ({ role, may }) => {
    const allowed: string[] = []
    for (const field of rootFields(schema, 'mutation')) {
      const { errors } = await ask[role]!(writeOperation('mutation', field))
      if (errors?.[0]?.extensions.code !== 'forbidden') allowed.push(field.name)
    }
    expect(allowed.toSorted()).toEqual(may.toSorted())
  })

  it.each([
    { role: undefined, may: viewer },
    { role: 'viewer', may: viewer },
    { role: 'marketer', may: marketer },
    { role: 'ops', may: ops },
    { role: 'owner', may: owner },
  ] as const)('of $role, in a browser, can change the same, and their own account', async ({ role, may }) => {
    const allowed: string[] = []
    let person = await personWithRole(hub, workspaceA, role)
    for (const field of rootFields(schema, 'mutation')) {
      const { errors } = await person.ask(writeOperation('mutation', field))
      if (errors?.[0]?.extensions.code !== 'forbidden') allowed.push(field.name)
      // They may have ended their own session.
      if (own.includes(field.name)) person = await personWithRole(hub, workspaceA, role)
    }
    expect(allowed.toSorted()).toEqual([...may, ...own].toSorted())
  })

  it.each(['viewer', 'marketer', 'ops', 'owner', 'operator'])(
    'of %s can ask what it may ask',
    async (role) => {
      const restricted: Record<string, string> = {
        auditLog: 'owner',
        checkFormula: 'marketer',
        findContact: 'marketer',
        invitations: 'owner',
        mappingSample: 'marketer',
        newHookAddress: 'ops',
        previewMapping: 'marketer',
        sessions: 'person',
        suggestMapping: 'marketer',
        tokens: 'ops',
        tryFilter: 'marketer',
        workspaces: 'operator',
      }
      const ladder = ['viewer', 'marketer', 'ops', 'owner', 'operator', 'person']
      for (const field of rootFields(schema, 'query')) {
        const { errors } = await ask[role]!(writeOperation('query', field))
        const may = ladder.indexOf(role) >= ladder.indexOf(restricted[field.name] ?? 'viewer')
        expect({ field: field.name, may: errors?.[0]?.extensions.code !== 'forbidden' }).toEqual({
          field: field.name,
          may,
        })
      }
    },
  )

  it.each([
    { field: 'connections(first: 1) { items { hookUrl } }', least: 'ops' },
    { field: 'connections(first: 1) { items { settings } }', least: 'ops' },
    { field: 'receipts(first: 1) { items { headers } }', least: 'ops' },
    { field: 'receipts(first: 1) { items { body } }', least: 'ops' },
    { field: 'receipts(first: 1) { items { query } }', least: 'ops' },
    { field: 'deliveries(first: 20) { items { attempts { exchanges { status } } } }', least: 'marketer' },
    {
      field: 'deliveries(first: 20) { items { attempts { exchanges { requestHeaders } } } }',
      least: 'ops',
    },
  ])('below $least does not see { $field }', async ({ field, least }) => {
    const roles = ['viewer', 'marketer', 'ops', 'owner'] as const
    for (const role of roles) {
      const program = askingAs(hub, { token: await tokenOf(inB, role) })
      const person = await personWithRole(hub, workspaceB, role)
      for (const here of [program, person.ask]) {
        const { errors } = await here(`{ ${field} }`)
        const isRefused = errors?.[0]?.extensions.code === 'forbidden'
        expect({ role, isRefused }).toEqual({
          role,
          isRefused: roles.indexOf(role) < roles.indexOf(least as 'ops'),
        })
      }
    }
  })

  it('of owner, and so any other, reads no credential, password, session or token through any field', async () => {
    const person = await personWithRole(hub, workspaceB, 'owner')
    const seen: string[] = []
    for (const field of rootFields(schema, 'query')) {
      const ids = field.args.some(takesId) ? [b.stripe!, b.connection, b.token!, person.userId] : ['']
      for (const id of ids) {
        seen.push(JSON.stringify(await person.ask(writeOperation('query', field, () => id, 2))))
      }
    }
    const text = seen.join('\n')
    expect(text).toContain(b.stripe)
    for (const secret of await secretsOf(person.userId)) expect(text).not.toContain(secret)
  })

  it.each(['program', 'person'])(
    'of viewer sees that there are people, and not who, as a %s',
    async (kind) => {
      const asking = async (role: 'viewer' | 'marketer') =>
        kind === 'person'
          ? (await personWithRole(hub, workspaceB, role)).ask
          : askingAs(hub, { token: await tokenOf(inB, role) })
      const viewer = await asking('viewer')
      const marketerToo = await asking('marketer')
      const everything = `{
      contacts { items { email phone identities { value } fields { value } changes { items { changes { old new } } } } }
      events { items { draftContact properties } }
      deliveries { items { input output } }
    }`
      const seen = JSON.stringify((await viewer(everything)).data)
      expect(seen).toContain('b•••')
      expect(seen).not.toContain(`${MARKER}@`)
      expect(JSON.stringify((await marketerToo(everything)).data)).toContain(`${MARKER}@example.com`)
    },
  )

  it('hands out no more than it has', async () => {
    const refused = await ask['ops']!('mutation { createToken(name: "x", role: owner) { __typename } }')
    expect(refused.data.createToken.__typename).toBe('RoleTooHigh')
  })

  it('of the operator has to say which workspace it means where there are several', async () => {
    const nowhere = askingAs(hub, { token: hub.adminToken })
    const answer = await nowhere('{ connections { count } }')
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'workspace_not_named' } })
    expect((await nowhere('{ workspaces { name } me { isOperator role } }')).data).toMatchObject({
      workspaces: expect.arrayContaining([{ name: 'Main' }, { name: 'B' }]),
      me: { isOperator: true, role: null },
    })
  })
})

describe('what belongs to another workspace', () => {
  const withId = (kind: 'query' | 'mutation') =>
    rootFields(schema, kind)
      .filter((field) => writeOperation(kind, field).includes('xxx_1') || field.args.some(takesId))
      .map((field) => ({ name: field.name, kind, field }))

  it.each(withId('query'))('is not found by $name', async ({ kind, field }) => {
    for (const id of Object.values(b)) {
      const answer = await ask['owner']!(writeOperation(kind, field, () => id, 2))
      const text = JSON.stringify(answer.data ?? {}).toLowerCase()
      expect(text).not.toContain(MARKER)
      // The id itself comes back only in the words of "not found".
      expect(text.replaceAll(/there is no [a-z]+ [\w-]+/g, '')).not.toContain(id)
    }
  })

  it.each(withId('mutation'))('is not changed by $name', async ({ kind, field }) => {
    const before = await picture()
    const person = own.includes(field.name) ? await personWithRole(hub, workspaceA, 'owner') : undefined
    const asking = person?.ask ?? ask['owner']!
    for (const id of Object.values(b)) {
      const answer = await asking(writeOperation(kind, field, () => id, 2))
      expect(JSON.stringify(answer.data ?? {}).toLowerCase()).not.toContain(MARKER)
    }
    expect(await picture()).toEqual(before)
  })

  it('cannot be wired into a flow', async () => {
    const step = { connectionId: b.connection, actionId: 'httpRequest', mappingId: b.mapping }
    const definition = { trigger: { connectionId: b.connection, events: ['contact.created'] }, steps: [step] }
    const created = await ask['owner']!(
      'mutation ($d: FlowDefinitionInput!) { createFlow(name: "thief", definition: $d) { ... on Flow { id } } }',
      { d: definition },
    )
    const { data } = await ask['owner']!(
      `mutation { publishFlow(id: "${created.data.createFlow.id}") { ... on FlowIncomplete { gaps { code } } } }`,
    )
    expect(data.publishFlow.gaps).toEqual([{ code: 'source_missing' }, { code: 'connection_missing' }])
  })

  /** Everything in B that a change would show in. */
  async function picture() {
    const { data, errors } = await inB(`{
      connections { items { id name state updatedAt hookUrl usedBy { id } } }
      mappings { items { id version draftRevision updatedAt } }
      flows { items { id state publishedVersion updatedAt } }
      receipts { items { id state revision } }
      deliveries { items { id state updatedAt } }
      contacts { items { id revision } }
      tokens { id }
      members { id role }
      invitations { id }
      replays { items { id state } }
      problems { items { id } snoozed { id } }
      views(list: events) { id name days }
    }`)
    expect(errors).toBeUndefined()
    const sessions = await hub.deps.accounts.sessions.ofUser(b.member!, hub.deps.now())
    return { ...data, sessions: sessions.map(({ id }) => id) }
  }
})

describe('the audit log', () => {
  it.each(rootFields(schema, 'mutation').map((field) => ({ name: field.name, field })))(
    'has an entry for $name, whoever asked and whatever came of it',
    async ({ name, field }) => {
      const person = own.includes(name)
        ? await personWithRole(hub, workspaceA, 'owner', 'Audited')
        : undefined
      const asking = person?.ask ?? ask['operator']!
      await asking(writeOperation('mutation', field, () => 'xxx_audited'))
      const { data } = await ask['operator']!(
        '{ auditLog(first: 1) { items { action actor actorName address outcome userAgent } } }',
      )
      expect(data.auditLog.items).toEqual([
        {
          action: name,
          actor: person?.userId ?? 'operator',
          actorName: person ? 'Audited' : 'Operator',
          address: expect.stringContaining('127.0.0.1'),
          outcome: expect.stringMatching(/^[a-z_]+$/),
          userAgent: 'node',
        },
      ])
      expect(data.auditLog.items[0].outcome).not.toBe('failed')
    },
  )

  it('names the thing that was made, and the reason why nothing was', async () => {
    const operator = ask['operator']!
    const answer = await operator(
      'mutation { createToken(name: "seen", role: viewer) { ... on CreatedToken { token { id } } } }',
    )
    await operator('mutation { pauseFlow(id: "flw_nowhere") { __typename } }')
    const { data } = await operator('{ auditLog(first: 2) { items { action subject outcome } } }')
    expect(data.auditLog.items).toEqual([
      { action: 'pauseFlow', subject: 'flw_nowhere', outcome: 'flow_not_found' },
      { action: 'createToken', subject: answer.data.createToken.token.id, outcome: 'done' },
    ])
  })

  it('calls what was changed by its name, and nobody and nothing of another workspace', async () => {
    const owner = ask['owner']!
    await owner('mutation { createToken(name: "Nightly export", role: viewer) { __typename } }')
    await owner('mutation { inviteMember(email: "new@fernwick.example", role: viewer) { __typename } }')
    await owner(`mutation { removeMember(id: "${b.member!}") { __typename } }`)
    await owner(`mutation { pauseFlow(id: "${b.flow!}") { __typename } }`)
    const { data } = await owner('{ auditLog(first: 4) { items { action subjectName } } }')
    expect(data.auditLog.items).toEqual([
      { action: 'pauseFlow', subjectName: null },
      { action: 'removeMember', subjectName: null },
      { action: 'inviteMember', subjectName: 'new@fernwick.example' },
      { action: 'createToken', subjectName: 'Nightly export' },
    ])
  })

  it('of a workspace takes no entry from people of another one, whatever they name', async () => {
    const entries = async () => (await inB('{ auditLog(first: 1) { count } }')).data.auditLog.count
    const before = await entries()
    const person = await personWithRole(hub, workspaceA, 'viewer', 'Mallory')
    for (const mutation of ['switchWorkspace', 'revokeSession']) {
      const { data } = await person.ask(
        `mutation { ${mutation}(id: "${workspaceB}") { ... on HubError { code } } }`,
      )
      expect(data[mutation].code).toMatch(/^(not_your_workspace|session_not_found)$/)
    }
    expect(await entries()).toBe(before)
  })

  it('can still be read after somebody has named something at great length', async () => {
    const person = await personWithRole(hub, workspaceA, 'viewer', 'Mallory')
    await person.ask('mutation ($id: ID!) { revokeSession(id: $id) { ... on HubError { code } } }', {
      id: 'x'.repeat(1_000_000),
    })
    const { data } = await ask['owner']!('{ auditLog(first: 1) { items { action subject } } }')
    expect(data.auditLog.items[0].action).toBe('revokeSession')
    expect(data.auditLog.items[0].subject.length).toBeLessThan(1_000)
  })
})
