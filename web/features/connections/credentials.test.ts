import { describe, expect, it } from 'vitest'
import { countingFields, initialValues, toCredentials } from './credentials.ts'
import type { CredentialField } from './credentials.ts'

const field = (name: string, more: Partial<CredentialField> = {}): CredentialField => ({
  name,
  label: name,
  help: null,
  kind: 'text',
  required: false,
  secret: false,
  choices: null,
  choiceLabels: null,
  otherwise: null,
  onlyFor: [],
  ...more,
})

const fields = [
  field('check', { kind: 'choice', choices: ['none', 'hmac'], otherwise: 'none' }),
  field('secret', { secret: true, onlyFor: [{ field: 'check', values: ['hmac'] }] }),
  field('tolerance', {
    kind: 'whole_number',
    otherwise: 300,
    onlyFor: [{ field: 'check', values: ['hmac'] }],
  }),
  field('watch', { kind: 'yes_no', otherwise: true }),
]

describe('the form of a connection', () => {
  it('begins with what is kept and with what holds otherwise, never with a secret', () => {
    expect(initialValues(fields)).toEqual({ check: 'none', secret: '', tolerance: '', watch: 'true' })
    expect(initialValues(fields, { check: 'hmac', tolerance: 60, watch: false, secret: 'x' })).toEqual({
      check: 'hmac',
      secret: '',
      tolerance: '60',
      watch: 'false',
    })
  })

  it('asks only for what counts', () => {
    const names = (check: string) => countingFields(fields, { check }).map(({ name }) => name)
    expect(names('none')).toEqual(['check', 'watch'])
    expect(names('hmac')).toEqual(['check', 'secret', 'tolerance', 'watch'])
  })

  it('keeps a secret that was not typed in, and takes away one that no longer counts', () => {
    const values = { check: 'hmac', secret: '', tolerance: '60', watch: 'false' }
    expect(toCredentials(fields, values)).toEqual({ check: 'hmac', tolerance: 60, watch: false })
    expect(toCredentials(fields, { ...values, check: 'none' })).toEqual({
      check: 'none',
      secret: '',
      tolerance: '',
      watch: false,
    })
  })

  it('leaves it to the hub which blanks are part of a secret', () => {
    expect(toCredentials(fields, { check: 'hmac', secret: ' open sesame ' })).toMatchObject({
      secret: ' open sesame ',
    })
  })

  it('sends a blank that is all there is, such as what separates two signatures, and none around a text', () => {
    const texts = [field('separator'), field('user')]
    expect(toCredentials(texts, { separator: ' ', user: ' ada ' })).toEqual({ separator: ' ', user: 'ada' })
  })

  it('leaves it to the hub to say what is wrong with a number', () => {
    expect(toCredentials(fields, { check: 'hmac', tolerance: 'soon' })).toMatchObject({ tolerance: 'soon' })
  })
})
