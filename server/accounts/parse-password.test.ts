import { expect, it } from 'vitest'
import { parsePassword } from './parse-password.ts'

const known = ['Grace Hopper', 'grace.hopper@navy.example', 'Compilers Ltd']

it.each([
  ['correct horse battery'],
  ['пароль із слів'],
  ['🐙🦊🐝🦉🐺🦁🐯🐨🐼🐸🐵🐔'],
  ['tr0ub4dor&3xyz'],
  ['a grace note in C minor'],
])('takes what is long and not easily guessed, whatever its characters: %s', (password) => {
  expect(parsePassword(password, known)).toBe(password)
})

it.each([
  ['elevenchars', 'password_too_short'],
  ['🐙🦊🐝', 'password_too_short'],
  ['x'.repeat(201), 'password_too_long'],
  ['aaaaaaaaaaaa', 'password_too_simple'],
  ['abcabcabcabcabc', 'password_too_simple'],
  ['123456789012', 'password_too_simple'],
  ['abcdefghijklm', 'password_too_simple'],
  ['graceHopper1', 'password_holds_name'],
  ['grace.hopper@navy', 'password_holds_name'],
  ['Compilers2026', 'password_holds_name'],
  ['Switchyard123', 'password_holds_name'],
  ['Password12345', 'password_holds_name'],
])('refuses %s, and says why: %s', (password, code) => {
  expect(() => parsePassword(password, known)).toThrow(expect.objectContaining({ code }))
})
