import { expect, it } from 'vitest'
import { newId } from './ids.ts'

it('never gives two things the same id, however many are made at once', () => {
  const ids = Array.from({ length: 100_000 }, () => newId('rcp'))
  expect(new Set(ids).size).toBe(ids.length)
  expect(
    ids.every((id) => /^rcp_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
  ).toBe(true)
})
