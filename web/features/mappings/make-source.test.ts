import { describe, expect, it } from 'vitest'
import { callOf, makeSource } from './make-source.ts'

const money = { name: 'money', usage: '$money(amount, currency, locale?)', description: '', example: '' }
const total = { kind: 'field', path: 'event.properties.total' } as const

describe('a new source', () => {
  it('goes on with what the row has had', () => {
    const nothing = { path: 'contact.email', typed: '', isHtml: false }
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
    expect(callOf(money, total, { path: '', isHtml: false })).toEqual({
      kind: 'formula',
      expression: '$money(event.properties.total, "currency")',
    })
  })

  it('keeps what others wrote escaped where a field of HTML gets a formula', () => {
    const html = { path: 'contact.email', typed: '', isHtml: true }
    const greeting = { kind: 'text', parts: ['<p>Hi ', { path: 'contact.first_name' }] } as const
    expect(makeSource('formula', undefined, html)).toMatchObject({ expression: '$inHtml(contact.email)' })
    expect(makeSource('formula', greeting, html)).toMatchObject({
      expression: '"<p>Hi " & $text($inHtml(contact.first_name))',
    })
    expect(callOf(money, total, html)).toMatchObject({
      expression: '$inHtml($money(event.properties.total, "currency"))',
    })
    expect(callOf({ ...money, name: 'escapeHtml', usage: '$escapeHtml(value)' }, total, html)).toMatchObject({
      expression: '$escapeHtml(event.properties.total)',
    })
  })
})
