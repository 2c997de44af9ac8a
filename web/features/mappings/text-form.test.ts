import { describe, expect, it } from 'vitest'
import { printText, readText } from './text-form.ts'

describe('a text with fields in it', () => {
  it.each([
    [['Dear ', { path: 'contact.first_name', fallback: 'friend' }, ', welcome']],
    [[{ path: 'event.properties.`order no`' }]],
    [[{ path: 'contact.email', fallback: 'say "hi"' }, { path: 'now' }]],
    [['']],
    [['Up to ', { path: 'event.properties.fields.`Budget | EUR`' }]],
    [[{ path: 'event.raw.`{{1}}`.`a``b`', fallback: '}}' }, '}}']],
  ])('is the same after it has been in the editor: %j', (parts) => {
    expect(readText(printText(parts))).toEqual(parts)
  })

  it('keeps braces around anything else as they were typed', () => {
    expect(readText('{{unsubscribe}} {{ }} {a}')).toEqual(['{{unsubscribe}} {{ }} {a}'])
    const rule = `{{${'`'.repeat(400)}`
    expect(readText(rule)).toEqual([rule])
  })

  it('takes a field that was typed by hand', () => {
    expect(readText('Hi {{ contact.email }}')).toEqual(['Hi ', { path: 'contact.email' }])
  })
})
