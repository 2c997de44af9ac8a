import { beforeAll, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { inputWords, targetWords } from './input-words.ts'

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
