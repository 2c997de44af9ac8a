import { beforeAll, expect, it } from 'vitest'
import { startWords } from '../testing/start-words.ts'
import { fieldName, fieldNameInside } from './field-name.ts'

beforeAll(() => startWords())

it('calls fields by names that a person would use', () => {
  expect(
    [
      'first_name',
      'order_id',
      'utm_source',
      'total_minor',
      'livemode',
      'external_id',
      'recovery_url',
      'firstName',
      'hs_object_id',
      'content-type',
      'ID',
    ].map((name) => fieldName(name)),
  ).toEqual([
    'First name',
    'Order ID',
    'UTM source',
    'Total in smallest units',
    'Live, not a test',
    'ID in the tool',
    'Link back to the cart',
    'First name',
    'Hs object ID',
    'Content type',
    'ID',
  ])
})

it('leaves what a person wrote as they wrote it, apart from the capital it begins with', () => {
  expect(['First Name', 'iPhone', 'idea', '_'].map((name) => fieldName(name))).toEqual([
    'First Name',
    'IPhone',
    'Idea',
    '_',
  ])
})

it('keeps abbreviations in capitals within a sentence', () => {
  expect(fieldNameInside('order_id')).toBe('order ID')
  expect(fieldNameInside('id')).toBe('ID')
  expect(fieldNameInside('utm_source')).toBe('UTM source')
})
