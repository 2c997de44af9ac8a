import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SealBroken, SealKeyMissing, SecretKeyUnusable, createVault, generateSecretKey } from './vault.ts'

const key = generateSecretKey()
const olderKey = generateSecretKey()
const vault = createVault(key)

it('gives back exactly what was sealed, and only at the place it was sealed for', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.string(),
      (plaintext, context, elsewhere) => {
        const sealed = vault.seal(plaintext, context)
        expect(vault.open(sealed, context)).toBe(plaintext)
        fc.pre(context !== elsewhere)
        expect(() => vault.open(sealed, elsewhere)).toThrow(SealBroken)
      },
    ),
  )
})

it('shows nothing of what it sealed, and seals the same value differently each time', () => {
  const secret = 'pk_live_1234567890'
  const first = vault.seal(secret, 'wsp_1 con_1')
  expect(first).not.toContain(secret)
  expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('pk_live')
  expect(vault.seal(secret, 'wsp_1 con_1')).not.toBe(first)
})

it('notices every changed character', () => {
  const sealed = vault.seal('secret', 'here')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const start = sealed.lastIndexOf('.') + 1
  for (let at = start; at < sealed.length; at++) {
    // The highest bit of a character always counts, also in the last one, whose lowest bits are padding.
    const changed = alphabet[(alphabet.indexOf(sealed[at] ?? '') + 32) % 64] ?? ''
    expect(() => vault.open(sealed.slice(0, at) + changed + sealed.slice(at + 1), 'here')).toThrow(SealBroken)
  }
  for (const broken of [
    '',
    'v1',
    'v1.x.y',
    sealed.slice(0, -4),
    sealed.slice(0, start),
    `v2${sealed.slice(2)}`,
  ]) {
    expect(() => vault.open(broken, 'here')).toThrow(SealBroken)
  }
})

it('says which key is missing without saying what was sealed', () => {
  const sealed = createVault(olderKey).seal('pk_live_1', 'here')
  expect(() => vault.open(sealed, 'here')).toThrow(SealKeyMissing)
  expect(() => vault.open(sealed, 'here')).toThrow(sealed.split('.')[1])
})

describe('while the key is being changed', () => {
  const older = createVault(olderKey)
  const both = createVault(`${key}, ${olderKey}`)

  it('opens what either key sealed and seals with the new one', () => {
    const sealed = older.seal('secret', 'here')
    expect(both.open(sealed, 'here')).toBe('secret')
    expect(both.needsRotation(sealed)).toBe(true)
    const again = both.seal(both.open(sealed, 'here'), 'here')
    expect(both.needsRotation(again)).toBe(false)
    expect(vault.open(again, 'here')).toBe('secret')
  })

  it('recognises a presented secret that was noted under the old key', () => {
    const noted = older.fingerprint('presented')
    expect(both.matchesFingerprint('presented', noted)).toBe(true)
    expect(both.matchesFingerprint('another', noted)).toBe(false)
    expect(vault.matchesFingerprint('presented', noted)).toBe(false)
  })

  it('names both keys to the database', () => {
    expect(both.keyFingerprints()).toEqual([...vault.keyFingerprints(), ...older.keyFingerprints()])
    expect(new Set(both.keyFingerprints()).size).toBe(2)
  })
})

it('fingerprints without giving the value or the key away', () => {
  const fingerprint = vault.fingerprint('presented')
  expect(fingerprint).toBe(createVault(key).fingerprint('presented'))
  expect(fingerprint).not.toBe(createVault(olderKey).fingerprint('presented'))
  expect(fingerprint).not.toContain('presented')
  expect(vault.matchesFingerprint('presented', fingerprint)).toBe(true)
  for (const other of ['', 'x', `${fingerprint}x`, fingerprint.slice(1)]) {
    expect(vault.matchesFingerprint('presented', other)).toBe(false)
  }
  expect(Buffer.from(key, 'base64').toString('hex')).not.toContain(vault.keyFingerprints()[0])
})

it('knows no value by a fingerprint that somebody made up, whatever letters are in it', () => {
  const vault = createVault(key)
  const genuine = vault.fingerprint('set-up link')
  expect(vault.matchesFingerprint('set-up link', genuine)).toBe(true)
  for (const last of ['A', 'é', '😀']) {
    const madeUp = genuine.slice(0, -last.length) + last
    expect(vault.matchesFingerprint('set-up link', madeUp)).toBe(madeUp === genuine)
  }
})

describe('a key', () => {
  const bytes = randomBytes(32)

  it('is the same in base64, base64url and hexadecimal', () => {
    const sealed = createVault(bytes.toString('base64')).seal('secret', 'here')
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      expect(createVault(bytes.toString(encoding)).open(sealed, 'here')).toBe('secret')
    }
    expect(createVault(bytes.toString('hex').toUpperCase()).open(sealed, 'here')).toBe('secret')
  })

  it.each([
    ['', 'SWITCHYARD_SECRET_KEY is empty.'],
    ['correct horse battery staple', 'SWITCHYARD_SECRET_KEY is neither base64 nor hexadecimal.'],
    [randomBytes(31).toString('base64'), 'has 31 bytes; it must have at least 32.'],
    [randomBytes(16).toString('hex'), 'has 16 bytes; it must have at least 32.'],
    ['0'.repeat(64), 'repeats itself and could be guessed.'],
    [`${key},`, 'Entry 2 of SWITCHYARD_SECRET_KEY is empty.'],
    [`${key},hunter2hunter2`, 'Entry 2 of SWITCHYARD_SECRET_KEY has'],
  ])('that cannot be used is refused in words', (secretKeys, problem) => {
    expect(() => createVault(secretKeys)).toThrow(SecretKeyUnusable)
    expect(() => createVault(secretKeys)).toThrow(problem)
    expect(() => createVault(secretKeys)).toThrow('Make a key with: openssl rand -base64 32')
  })

  it('is in no error message', () => {
    const short = randomBytes(20).toString('base64')
    for (const entry of [short, `${key},${short}`, `${short} `]) {
      expect(() => createVault(entry)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(short) }),
      )
    }
  })
})
