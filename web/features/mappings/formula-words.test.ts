import { beforeAll, describe, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { formulaWords } from './formula-words.ts'

beforeAll(() => startWords())

describe('a formula in words', () => {
  it.each([
    [
      '$default(contact.first_name, $firstName(event.contact.full_name))',
      '“Contact › First name”, or the first name in “Event › Contact › Full name” where that is empty',
    ],
    ['$phone(event.contact.phone)', '“Event › Contact › Phone” as an international phone number'],
    ['$addTime(now, "P1D")', '“Time of sending” and 1 day more'],
    [
      '$localDate($addTime(event.occurred_at, "P2D"), "UTC") & "T10:00"',
      'The day of “Happened at” and 2 days more, in the zone “UTC” + “T10:00”',
    ],
    ['["subscriber", "buyer"]', '“subscriber” and “buyer”'],
    [
      '["stage-" & $text(event.properties.new, "none")]',
      '“stage-” + “Event › New”, or “none” where that is empty',
    ],
    [
      '$money($fromMinor(event.properties.amount_minor, event.properties.currency), event.properties.currency)',
      '“Event › Amount in smallest units” in whole units of “Event › Currency”, written as money in “Event › Currency”',
    ],
    ['$max([1, $floor(event.properties.total)])', 'The largest of 1 and “Event › Total” rounded down'],
  ])('says what %s does', (expression, words) => {
    expect(formulaWords(expression)).toBe(words)
  })

  it.each([
    'event.properties.reason ? " – " : ""',
    '$sift(contact.tags, function($t) { $t })',
    '$default(contact.first_name)',
    '$default(contact.first_name, "x"',
    '"x" "y"',
    '[]',
    '$default(contact.first_name, "two\nlines")',
    '"\\q"',
    '',
  ])('says nothing about %j, which is more than words can tell', (expression) => {
    expect(formulaWords(expression)).toBeUndefined()
  })
})
