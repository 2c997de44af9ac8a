import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkKeyFingerprints, forgetOlderKeys, WrongSecretKey } from '../key-fingerprints.ts'
import { createVault, SealKeyMissing } from '../platform/vault.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { wireUp } from '../testing/wire.ts'
import { credentialsContext } from './connection-directory.ts'
import { openTokens, sealTokens } from './grant.ts'
import { rotateKey } from './rotate-key.ts'

const oldKey = randomBytes(32).toString('base64')
const newKey = randomBytes(32).toString('base64')
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ SWITCHYARD_SECRET_KEY: oldKey })
})
afterAll(() => hub.close())

it('opens every credential with the new key alone after a rotation, and again after a second one', async () => {
  const [workspace] = await hub.deps.workspaces.all()
  const { id } = await wireUp(hub.deps, workspace!.id).connection('stripe', { signingSecret: 'whsec_before' })
  const db = hub.deps.database.connection
  const place = { workspaceId: workspace!.id, id }
  await hub.deps.grants.set(id, {
    revision: 'gnt_1',
    source: 'a-source',
    tokens: sealTokens(createVault(oldKey), place, { accessToken: 'at_before' }),
    renewable: false,
    scopes: [],
    signedInAt: new Date(),
    refreshedAt: new Date(),
  })

  expect(await rotateKey(db, createVault(`${newKey},${oldKey}`))).toEqual({ checked: 1, sealed: 1, left: 0 })
  expect(await rotateKey(db, createVault(`${newKey},${oldKey}`))).toEqual({ checked: 1, sealed: 0, left: 0 })

  const connection = await hub.deps.storesOf(workspace!.id).connections.find(id)
  const context = credentialsContext(connection!)
  expect(createVault(newKey).open(connection!.credentials, context)).toContain('whsec_before')
  expect(() => createVault(oldKey).open(connection!.credentials, context)).toThrow(SealKeyMissing)
  expect(openTokens(createVault(newKey), place, connection!.grant!.tokens!)).toEqual({
    accessToken: 'at_before',
  })
})

it('lets the new key alone open the database after a rotation, and the old one not any more', async () => {
  const db = hub.deps.database.connection
  const both = createVault(`${newKey},${oldKey}`)
  await checkKeyFingerprints(db, both)
  await checkKeyFingerprints(db, createVault(oldKey))

  await rotateKey(db, both)
  await forgetOlderKeys(db, both)

  await checkKeyFingerprints(db, createVault(newKey))
  await expect(checkKeyFingerprints(db, createVault(oldKey))).rejects.toThrow(WrongSecretKey)
})
