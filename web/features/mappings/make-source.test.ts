import { describe, expect, it } from 'vitest'
import { callOf, makeSource } from './make-source.ts'

const money = { name: 'money', usage: '$money(amount, currency, locale?)', description: '', example: '' }
const total = { kind: 'field', path: 'event.properties.total' } as const

describe('a new source', () => {
  it('goes on with what the row has had', () => {
    const nothing = { path: 'contact.email', typed: '' }
    expect(makeSource('text', total, nothing)).toEqual({ kind: 'text', parts: [{ path: total.path }] })
    expect(makeSource('lookup', total, nothing)).toEqual({ kind: 'lookup', path: total.path, table: {} })
    expect(makeSource('formula', { kind: 'fixed', value: 'a "b"' }, nothing)).toEqual({
      kind: 'formula',
      expression: '"a \\"b\\""',
    })
    expect(
      makeSource('formula', { kind: 'text', parts: ['Hi ', { path: 'contact.email' }] }, nothing),
    ).toMatchObject({ expression: '"Hi " & $text(contact.email)' })
  })

  it('calls a formula on what the row has had, and leaves out what may be left out', () => {
    expect(callOf(money, total, '')).toEqual({
      kind: 'formula',
      expression: '$money(event.properties.total, "currency")',
    })
  })
})
