import { describe, expect, it } from 'vitest'
import { shown, shownReason, shownSentence } from './mask.ts'

describe('a viewer', () => {
  it('sees that a value is there and what kind it is, and not whose', () => {
    const contact = {
      email: 'ada@example.com',
      first_name: 'Ada',
      address: { city: 'London' },
      tags: ['vip'],
      age: 36,
      blank: '',
      none: null,
    }
    expect(shown('viewer', contact)).toEqual({
      email: 'a•••@•••',
      first_name: 'A•••',
      address: { city: 'L•••' },
      tags: ['v•••'],
      age: 36,
      blank: '',
      none: null,
    })
  })

  it('sees neither a number that can be a person’s nor an address that stands as a name', () => {
    const properties = { phone: 48_601_234_567, score: 40, 'ada@example.com': true }
    expect(shown('viewer', properties)).toEqual({ phone: '•••', score: 40, 'a•••@•••': true })
  })

  it('sees why a flow did not run without the value that was compared', () => {
    const data = { path: 'contact.email', expected: 'x', actual: 'ada@example.com' }
    expect(shownReason('viewer', { code: 'filter_false', data })).toEqual({ ...data, actual: 'a•••@•••' })
  })

  it('sees what a vendor answered without the addresses in it, however deep they are', () => {
    const reason = {
      code: 'gone',
      data: {
        because: {
          code: 'http_status',
          data: { status: 404, message: 'No ada@example.com, +44 20 7946 0958.' },
        },
      },
    }
    expect(shownReason('viewer', reason)).toEqual({
      because: { code: 'http_status', data: { status: 404, message: 'No a•••@•••, •••.' } },
    })
  })

  it.each(['ada.lovelace%40example.com', 'ada.lovelace%2540example.com', 'ada.lovelace%2Bvip%40example.com'])(
    'sees which request failed without the address that stands in its own: %s',
    (address) => {
      const message = `GET https://api.vendor.example/contacts/${address}?idProperty=email answered 409.`
      expect(shownSentence('viewer', message)).toBe(
        'GET https://api.vendor.example/contacts/a•••?idProperty=email answered 409.',
      )
      const searched = `GET https://api.vendor.example/contacts?search=email%3A${address}&limit=1 answered 409.`
      expect(shownSentence('viewer', searched)).not.toContain('lovelace')
    },
  )

  // Searched anew from each letter either would take minutes.
  it('is shown a sentence of any length', () => {
    const letters = 'x'.repeat(500_000)
    expect(shownSentence('viewer', letters)).toBe(letters)
    expect(shownSentence('viewer', '“'.repeat(500_000))).toBe('“•••”')
  })

  it('sees a problem without the value in quotes', () => {
    expect(
      shownSentence('viewer', '“Email” does not accept “Ada Lovelace”: it wants an email address.'),
    ).not.toContain('Lovelace')
  })
})

describe('a marketer', () => {
  it('sees people as they are', () => {
    expect(shown('marketer', { email: 'ada@example.com' })).toEqual({ email: 'ada@example.com' })
  })
})
