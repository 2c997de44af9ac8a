import { beforeAll, describe, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { readableFields } from './readable-fields.ts'
import { sourceOptions } from './source-options.ts'

beforeAll(() => startWords())

type Target = Parameters<typeof sourceOptions>[0]['target']
const text: Target = {
  name: 'firstname',
  label: 'First name',
  kind: 'text',
  suggest: [],
  choices: null,
  choiceLabels: null,
}
const input = {
  contact: { email: 'ada@example.com', first_name: 'Ada', address: { city: 'Kyiv' } },
  event: { properties: { plan: 'pro' } },
}
const functions = [
  { name: 'titleCase', usage: '$titleCase(text)', description: 'Each word with a capital.', example: '' },
]

function offered(query: string, target: Partial<Target> = {}) {
  const { groups, choices } = sourceOptions({
    target: { ...text, ...target },
    query,
    readable: readableFields(input, []),
    suggested: undefined,
    functions,
    groupWords: (group) => ({ label: group, picture: null }),
  })
  const [first] = groups.flatMap(({ options }) => options)
  return {
    labels: groups.flatMap(({ options }) => options.map(({ label }) => label)),
    first: choices.get(first!.key),
  }
}

describe('the source picker', () => {
  it('suggests first what is called the same', () => {
    expect(offered('').first).toEqual({ source: { kind: 'field', path: 'contact.first_name' } })
  })

  it('finds a field by its name, by its path and by what the shown person has there', () => {
    for (const query of ['first', 'contact.first_name', 'ada']) {
      expect(offered(query).labels).toContain('First name')
    }
  })

  it('does not find a group by what is in it', () => {
    expect(offered('kyiv').labels).toContain('Address › City')
    expect(offered('kyiv').labels).not.toContain('Address')
  })

  it('makes a text the same for everyone only where somebody says so', () => {
    const { labels, first } = offered('plan')
    expect(first).toEqual({ source: { kind: 'field', path: 'event.properties.plan' } })
    expect(labels).toContain('“plan”')
    expect(offered('no such field').first).toEqual({ source: { kind: 'fixed', value: 'no such field' } })
  })

  it('offers the choices of a field that takes one of few before anything else', () => {
    expect(
      offered('', { choices: ['a', 'b'], choiceLabels: ['Alpha', 'Beta'], kind: 'choice' }).labels.slice(
        0,
        2,
      ),
    ).toEqual(['Alpha', 'Beta'])
    expect(offered('', { kind: 'yes_no' }).first).toEqual({ source: { kind: 'fixed', value: true } })
  })

  it('finds a formula by what it does', () => {
    expect(offered('capital').labels).toContain('Capital First Letters')
  })
})
