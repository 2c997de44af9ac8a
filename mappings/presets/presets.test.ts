import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEventDraft, z } from '#sdk'
import { describe, expect, it } from 'vitest'
import { connectors } from '../../connectors/registry.ts'
import { findGaps } from '../find-gaps.ts'
import { compileMapping } from '../mapping.ts'
import { readPresets } from '../presets.ts'
import { isHtmlTarget, targetOf } from '../target-field.ts'
import { mapSample } from '../testing/map-sample.ts'

const presets = readPresets()

describe.each(presets.map((preset) => ({ preset, title: `${preset.from} → ${preset.to}: ${preset.name}` })))(
  'the preset $title',
  ({ preset }) => {
    const source = connectors.get(preset.from)
    const action = connectors.get(preset.to)?.actions[preset.action]

    it('is for an action that exists, and for events that its source sends', () => {
      expect(action).toBeDefined()
      const sent = Object.values(source?.triggers ?? {}).flatMap(({ events }) => [...events])
      for (const event of preset.events) expect(sent).toContain(event)
      expect(preset.events).toContain(preset.sample.event.name)
    })

    it('maps what the action needs but for what a person is asked, and nothing that it does not have', () => {
      const schema = inputOf(action)
      expect(findGaps(preset.fields, schema).map(({ field }) => field)).toEqual(Object.keys(preset.asks))
      for (const name of Object.keys(preset.fields)) expect(targetOf(schema, name)).toBeDefined()
      const { onlyIfEmpty } = compileMapping(preset.fields)
      expect(onlyIfEmpty.length === 0 || action?.current !== undefined).toBe(true)
    })

    it('escapes what a formula of it reads into HTML', () => {
      const schema = inputOf(action)
      const bare = Object.entries(preset.fields).filter(
        ([name, { source }]) =>
          source.kind === 'formula' &&
          isHtmlTarget(schema, name) &&
          !/\$(?:escapeHtml|inHtml)\(/.test(source.expression),
      )
      expect(bare).toEqual([])
    })

    it('shows an event that can really come', () => {
      const { name, occurred_at, contact, properties, context } = preset.sample.event
      expect(parseEventDraft({ name, occurred_at, contact, properties, context })).toMatchObject({ ok: true })
    })

    it('makes of its sample what it says', async () => {
      const mapped = await mapSample(preset, preset.sample, inputOf(action))
      expect(mapped.ok ? mapped.input : mapped.problems).toEqual(preset.expected)
    })
  },
)

describe('the presets', () => {
  it('have ids that name one each', () => {
    const ids = presets.map(({ from, to, id }) => `${from}--${to}/${id}`)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('can be told apart by their names, of whatever source, where one chooses among those of an action', () => {
    const names = presets.map(({ to, action, name }) => `${to} ${action}: ${name}`)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('name the file in which something is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'presets-'))
    try {
      writeFileSync(join(folder, 'a--b.json'), '{ "presets": [] }')
      expect(() => readPresets(folder)).toThrow('Preset file a--b.json')
      writeFileSync(join(folder, 'a--b.json'), JSON.stringify({ presets: presets.slice(0, 0), x: 1 }))
      expect(() => readPresets(folder)).toThrow('Preset file a--b.json')
      writeFileSync(join(folder, 'a.json'), '{}')
      rmSync(join(folder, 'a--b.json'))
      expect(() => readPresets(folder)).toThrow('Preset file a.json: the name must be <from>--<to>.json.')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

function inputOf(action: { input: unknown } | undefined): z.ZodObject {
  if (action?.input instanceof z.ZodObject) return action.input
  throw new Error('The action has no input.')
}
