import { expect, it } from 'vitest'
import { openAddressPepper } from './address-pepper.ts'
import { createVault, generateSecretKey } from './vault.ts'

it('still recognises a suppressed address after the key was changed', () => {
  const [older, newer] = [generateSecretKey(), generateSecretKey()]
  const first = openAddressPepper(createVault(older))
  const hash = first.hash('ann@example.com')

  const between = openAddressPepper(createVault(`${newer},${older}`), first.sealed)
  expect(between.hash('ann@example.com')).toBe(hash)
  const after = openAddressPepper(createVault(newer), between.sealed)
  expect(after.hash('ann@example.com')).toBe(hash)
  expect(after.sealed).toBe(between.sealed)
})

it('hashes differently in every installation, so that no table of known addresses helps', () => {
  const vault = createVault(generateSecretKey())
  const hash = openAddressPepper(vault).hash('ann@example.com')
  expect(openAddressPepper(vault).hash('ann@example.com')).not.toBe(hash)
  expect(hash).not.toContain('ann')
})
