import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { connectors } from '../../../connectors/registry.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { Block } from './parse-markdown.ts'
import { parseInline } from './parse-inline.ts'

const text = (words: string) => ({ kind: 'text', text: words })

describe('the guide of a connector', () => {
  it('keeps steps numbered, with what belongs to a step inside it', () => {
    const [list] = parseMarkdown(
      [
        '1. Open **Settings**.',
        '2. Tick:',
        '',
        '   | a | b |',
        '   | - | - |',
        '   | 1 | 2 |',
        '',
        '3. Save.',
      ].join('\n'),
    )
    expect(list).toMatchObject({ kind: 'list', start: 1 })
    const { items } = list as Extract<Block, { kind: 'list' }>
    expect(items).toHaveLength(3)
    expect(items[1]?.[1]).toEqual({
      kind: 'table',
      head: [[text('a')], [text('b')]],
      rows: [[[text('1')], [text('2')]]],
    })
  })

  it('puts the lines of a paragraph together, and a list that follows after it', () => {
    expect(parseMarkdown('One\ntwo.\n\n- three\n  four\n- five')).toMatchObject([
      { kind: 'paragraph', text: [text('One two.')] },
      {
        kind: 'list',
        start: undefined,
        items: [[{ text: [text('three four')] }], [{ text: [text('five')] }]],
      },
    ])
  })

  it('shows code as it was written, also inside a step', () => {
    const [list] = parseMarkdown('1. Paste:\n\n   ```js\n   if (a < b) {\n     go()\n   }\n   ```\n')
    expect(list).toMatchObject({ items: [[{}, { kind: 'code', text: 'if (a < b) {\n  go()\n}' }]] })
  })

  it('shows HTML as the text that it is', () => {
    expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'paragraph', text: [text('<img src=x onerror=alert(1)>')] },
    ])
  })

  it.each([...connectors.keys()])('is understood whole: %s', (id) => {
    const source = readFileSync(join(import.meta.dirname, '../../../connectors', id, 'SETUP.md'), 'utf8')
    const shown = JSON.stringify(parseMarkdown(source))
    for (const mark of ['**', '](http', '<http', '```', '| -']) expect(shown).not.toContain(mark)
  })
})

describe('a line', () => {
  it('knows emphasis from names with underscores', () => {
    expect(parseInline('_Abandoned_ is checkout_session_expired')).toEqual([
      { kind: 'emphasis', children: [text('Abandoned')] },
      text(' is checkout_session_expired'),
    ])
  })

  it('links to the web and nowhere else', () => {
    expect(parseInline('[x](javascript:alert(1)) [y](https://example.com/a)')).toEqual([
      text('[x](javascript:alert(1)) '),
      { kind: 'link', to: 'https://example.com/a', children: [text('y')] },
    ])
  })
})
