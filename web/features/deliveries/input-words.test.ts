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
  const form = [{ name: 'type', choices: ['TODO', 'CALL'], choiceLabels: ['To do', 'Call'] }]
  expect(sentWords(form, ['type'], 'TODO')).toBe('To do')
  expect([sentWords(form, ['type'], 'FAX'), sentWords(form, ['title'], 'TODO')]).toEqual([
    undefined,
    undefined,
  ])
  expect([sentWords(form, ['type', 'a'], 'TODO'), sentWords(undefined, ['type'], 'TODO')]).toEqual([
    undefined,
    undefined,
  ])
})
