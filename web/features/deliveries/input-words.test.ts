import { beforeAll, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { inputWords, sentWords, targetWords } from './input-words.ts'

const input = [
  { name: 'values', label: 'Columns' },
  { name: 'key', label: 'Value to find' },
]
beforeAll(() => startWords())

it('calls a field as the form of its action does, and what stands in it by its own name', () => {
  expect(targetWords(input, 'key')).toBe('Value to find')
  expect(targetWords(input, 'values.Name')).toBe('Columns › Name')
  expect(inputWords(input, ['values', 'Name'])).toBe('Columns › Name')
  expect(targetWords(undefined, 'email')).toBe('email')
})

it('calls a code of the vendor what its form calls it, and leaves anything else as it was sent', () => {
  const form = [{ name: 'type', choices: ['EMAIL', 'CALL'], choiceLabels: ['Email', 'Call'] }]
  expect(sentWords(form, ['type'], 'EMAIL')).toBe('Email')
  expect([sentWords(form, ['type'], 'FAX'), sentWords(form, ['title'], 'EMAIL')]).toEqual([
    undefined,
    undefined,
  ])
  expect([sentWords(form, ['type', 'a'], 'EMAIL'), sentWords(undefined, ['type'], 'EMAIL')]).toEqual([
    undefined,
    undefined,
  ])
})
