import { expect, it } from 'vitest'
import { InputInvalid } from './input-invalid.ts'
import { parseName } from './parse-name.ts'

it('keeps of a name what can be seen, on one line, and leaves letters, direction and emoji of a language alone', () => {
  expect(parseName('  Shop\u0000\r\nBcc: everybody ')).toBe('Shop Bcc: everybody')
  expect(parseName('gnp.\u202Eexe')).toBe('gnp.exe')
  for (const name of ['متجر‏ الكتب', '👩‍👩‍👧‍👦', '<b>Shop</b>', '=1+1']) expect(parseName(name)).toBe(name)
})

it.each(['', ' \n', '\u200b\u200d', 'x'.repeat(201)])('refuses a name that nobody can read: %j', (name) => {
  expect(() => parseName(name)).toThrow(InputInvalid)
})
