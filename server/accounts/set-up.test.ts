import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { personWithRole } from '../graphql/testing/person-with-role.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { offerSetUp } from './offer-set-up.ts'
import { setUp } from './set-up.ts'

const HOUR_MS = 3_600_000
const whence = { address: '127.0.0.1', userAgent: 'a test' }
let dir: string
let hub: TestHub
let clock = 0

beforeEach(async () => {
  clock = 0
  dir = mkdtempSync(join(tmpdir(), 'switchyard-'))
  hub = await start()
})
afterEach(async () => {
  await hub.close()
  rmSync(dir, { recursive: true, force: true })
})

// A database that several processes share is not started anew by a test.
const start = () => startTestHub({ SWITCHYARD_DATA_DIR: dir }, { now: () => new Date(Date.now() + clock) })

const person = (name: string) => ({
  name,
  email: `${name}@example.com`,
  password: 'twenty violet stones',
  workspaceName: 'Stones',
})
const tokenOf = (link: { url: string } | undefined) => link!.url.split('#')[1]!

// With MONGO_URL set every start of a hub has a database of its own.
it.skipIf(process.env['MONGO_URL'])('offers the same link after a restart, while it is good', async () => {
  const first = tokenOf(hub.setUpLink)
  await hub.close()
  clock = HOUR_MS
  hub = await start()
  expect(tokenOf(hub.setUpLink)).toBe(first)
})

it('offers a fresh link when the last one has expired, and none once somebody owns the hub', async () => {
  const token = tokenOf(hub.setUpLink)
  clock = 25 * HOUR_MS
  await expect(setUp(hub.deps, { ...person('late'), token }, whence)).rejects.toMatchObject({
    code: 'set_up_closed',
  })
  const fresh = tokenOf(await offerSetUp(hub.deps))
  expect(fresh).not.toBe(token)
  await setUp(hub.deps, { ...person('ada'), token: fresh }, whence)
  expect(await offerSetUp(hub.deps)).toBeUndefined()
})

it('lets one of many in who have the link at the same moment', async () => {
  const token = tokenOf(hub.setUpLink)
  const outcomes = await Promise.allSettled(
    ['ann', 'ben', 'cat', 'dov'].map((name) => setUp(hub.deps, { ...person(name), token }, whence)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const [workspace] = await hub.deps.workspaces.all()
  const members = await hub.deps.storesOf(workspace!.id).members.all()
  expect(members.map(({ role }) => role)).toEqual(['owner'])
  expect(workspace!.name).toBe('Stones')
})

it('can be finished by the same person after it was cut off half-way, and by nobody else', async () => {
  const token = tokenOf(hub.setUpLink)
  // Cut off after the account was made and before it owned anything.
  const { storesOf } = hub.deps
  const torn = {
    ...hub.deps,
    storesOf: () => {
      throw new Error('The process ends here.')
    },
  }
  await expect(setUp(torn, { ...person('eva'), token }, whence)).rejects.toThrow('ends here')
  await expect(setUp(hub.deps, { ...person('fin'), token }, whence)).rejects.toMatchObject({
    code: 'set_up_closed',
  })
  await expect(
    setUp(hub.deps, { ...person('eva'), token, password: 'somebody else’s words' }, whence),
  ).rejects.toMatchObject({ code: 'set_up_closed' })
  const { user } = await setUp(hub.deps, { ...person('eva'), token }, whence)
  const [workspace] = await hub.deps.workspaces.all()
  expect(await storesOf(workspace!.id).members.find(user.id)).toMatchObject({ role: 'owner' })
})

it('is over as soon as somebody owns the hub in another way', async () => {
  const [workspace] = await hub.deps.workspaces.all()
  await personWithRole(hub, workspace!.id, 'owner')
  const token = tokenOf(hub.setUpLink)
  await expect(setUp(hub.deps, { ...person('gil'), token }, whence)).rejects.toMatchObject({
    code: 'set_up_closed',
  })
})
