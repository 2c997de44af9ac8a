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

  it('keeps what the row has for those of whom nothing is known', () => {
    const name = { kind: 'field', path: 'contact.first_name', fallback: 'friend' } as const
    const plain = { path: 'contact.email', typed: '', isHtml: false }
    const html = { ...plain, isHtml: true }
    expect(makeSource('text', name, plain)).toEqual({
      kind: 'text',
      parts: [{ path: 'contact.first_name', fallback: 'friend' }],
    })
    expect(makeSource('formula', name, plain)).toMatchObject({
      expression: '$default(contact.first_name, "friend")',
    })
    expect(makeSource('formula', name, html)).toMatchObject({
      expression: '$default($inHtml(contact.first_name), "friend")',
    })
    const greeting = {
      kind: 'text',
      parts: ['Hi ', { path: 'contact.first_name', fallback: 'friend' }],
    } as const
    expect(makeSource('formula', greeting, plain)).toMatchObject({
      expression: '"Hi " & $text(contact.first_name, "friend")',
    })
    expect(callOf({ ...money, name: 'slug', usage: '$slug(text)' }, name, plain)).toMatchObject({
      expression: '$slug($default(contact.first_name, "friend"))',
    })
  })

  it('keeps what the table of the row says', () => {
    const country = {
      kind: 'lookup',
      path: 'contact.address.country',
      table: { DE: 'German', FR: 'French' },
      otherwise: 'English',
    } as const
    const plain = { path: 'contact.email', typed: '', isHtml: false }
    const looked = '$lookup({"DE":"German","FR":"French"}, $text(contact.address.country), "English")'
    expect(makeSource('lookup', country, plain)).toEqual(country)
    expect(makeSource('formula', country, plain)).toMatchObject({ expression: looked })
    expect(callOf({ ...money, name: 'slug', usage: '$slug(text)' }, country, plain)).toMatchObject({
      expression: `$slug(${looked})`,
    })
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
