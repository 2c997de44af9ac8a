import { expect, it } from 'vitest'
import { createPasswordHasher, TooBusy } from './password-hasher.ts'

it('keeps passwords as argon2id with the cost that OWASP asks for, and a salt of their own', async () => {
  const hasher = createPasswordHasher()
  const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(two).not.toBe(one)
  expect(await hasher.verify(one, 'correct horse')).toBe(true)
  expect(await hasher.verify(one, 'correct horse ')).toBe(false)
})

it('knows a password however a keyboard composes its letters', async () => {
  const hasher = createPasswordHasher()
  const hashed = await hasher.hash('caf\u00e9 au lait')
  expect(await hasher.verify(hashed, 'cafe\u0301 au lait')).toBe(true)
})

it('says no where there is no account, whatever is tried, and leaves the event loop free meanwhile', async () => {
  const hasher = createPasswordHasher()
  let turns = 0
  const ticking = setInterval(() => turns++, 1)
  for (const guess of ['', 'AAAAAAAA', '\0'.repeat(32)])
    expect(await hasher.verify(undefined, guess)).toBe(false)
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(0)
})

it('turns people away rather than let thousands wait, and goes on with those who wait', async () => {
  const hasher = createPasswordHasher()
  const outcomes = await Promise.allSettled(Array.from({ length: 110 }, () => hasher.verify(undefined, 'x')))
  const turnedAway = outcomes.filter(({ status }) => status === 'rejected')
  expect(turnedAway).toHaveLength(8)
  expect(turnedAway[0]).toMatchObject({ reason: expect.any(TooBusy) })
  expect(await hasher.verify(undefined, 'x')).toBe(false)
})
