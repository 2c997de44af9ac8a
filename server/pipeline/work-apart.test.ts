import { expect, it } from 'vitest'
import { DocumentTooLarge } from '../platform/writes.ts'
import { workApart } from './work-apart.ts'

/** Works as a database would whose answer to anything with `refused` in it is `err`. */
function databaseThatRefuses(refused: number, err: Error) {
  const stored: number[] = []
  const work = (part: readonly number[]) => {
    if (part.includes(refused)) return Promise.reject(err)
    stored.push(...part)
    return Promise.resolve()
  }
  return { stored, work }
}

it('holds up nobody for what can never be stored, keeps the order, and says what it was', async () => {
  const err = new DocumentTooLarge('much too large')
  const { stored, work } = databaseThatRefuses(2, err)
  expect(await workApart([1, 2, 3], work)).toEqual([{ item: 2, err }])
  expect(stored).toEqual([1, 3])
})

it.each([
  [
    'a document that the driver cannot write',
    Object.assign(new RangeError('offset'), { code: 'ERR_OUT_OF_RANGE' }),
  ],
  ['a text that is longer than there are any', new RangeError('Invalid string length')],
])('takes %s for something that can never be stored', async (_, err) => {
  expect(await workApart([1], databaseThatRefuses(1, err).work)).toEqual([{ item: 1, err }])
})

it.each([
  ['the database is away', new Error('connect ECONNREFUSED')],
  ['the disk is full', new Error('database or disk is full')],
  ['a lease was lost', new Error('Contacts kept changing while they were being identified.')],
  ['the hub itself is at fault', new RangeError('Invalid time value')],
])('ends nothing because %s: all of it is left to be tried again', async (_, err) => {
  const { stored, work } = databaseThatRefuses(2, err)
  await expect(workApart([1, 2, 3], work)).rejects.toBe(err)
  expect(stored).toEqual([])
})
