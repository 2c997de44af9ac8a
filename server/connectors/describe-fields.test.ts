import { describe, expect, it } from 'vitest'
import { connectors } from '../../connectors/registry.ts'
import { metaRecord } from '../../mappings/target-field.ts'
import { describeFields } from './describe-fields.ts'

describe.each([...connectors.values()])('the form of $name', ({ auth }) => {
  const form = describeFields(auth.fields)

  it('shows a field only for what another field can hold', () => {
    const impossible = form.flatMap(({ name, onlyFor }) =>
      onlyFor.flatMap(({ field, values }) => {
        const other = form.find((each) => each.name === field)
        const holds = other?.kind === 'yes_no' ? ['true', 'false'] : (other?.choices ?? [])
        return values.filter((value) => !holds.includes(value)).map((value) => `${name}: ${field}=${value}`)
      }),
    )
    expect(impossible).toEqual([])
  })

  it('asks nobody for what is required while it is not shown', () => {
    expect(form.filter(({ required, onlyFor }) => required && onlyFor.length > 0)).toEqual([])
  })

  it('has words for nothing that cannot be chosen', () => {
    const spare = Object.entries(auth.fields.shape).flatMap(([name, schema]) =>
      Object.keys(metaRecord(schema, 'choices')).filter(
        (choice) => !form.find((each) => each.name === name)?.choices?.includes(choice),
      ),
    )
    expect(spare).toEqual([])
  })
})
