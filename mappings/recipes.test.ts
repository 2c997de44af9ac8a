import { z } from '#sdk'
import { describe, expect, it } from 'vitest'
import { connectors } from '../connectors/registry.ts'
import { presetId, readPresets } from './presets.ts'
import type { Preset } from './presets.ts'
import { readRecipes } from './recipes.ts'
import { mapSample } from './testing/map-sample.ts'

const presets = readPresets()
const recipes = readRecipes(presets)

describe.each(recipes.map((recipe) => ({ recipe, title: `${recipe.id}: ${recipe.name}` })))(
  'the recipe $title',
  ({ recipe }) => {
    it('begins with what its tool sends, and does what follows from it', () => {
      const { from, events, steps } = recipe
      const sent = Object.values(connectors.get(from)?.triggers ?? {}).flatMap((trigger) => [
        ...trigger.events,
      ])
      for (const event of events) expect(sent).toContain(event)
      for (const preset of steps) expect(preset.from).toBe(from)
    })

    it('finds in each of its steps what the step needs, whichever of its events it is', async () => {
      const samplesOf = (those: readonly Preset[]) =>
        those.flatMap(({ sample }) => (recipe.events.includes(sample.event.name) ? [sample] : []))
      const own = samplesOf(recipe.steps)
      const samples = own.length > 0 ? own : samplesOf(presets.filter(({ from }) => from === recipe.from))
      expect(samples.length).toBeGreaterThan(0)
      for (const step of recipe.steps) {
        const schema = connectors.get(step.to)?.actions[step.action]?.input
        if (!(schema instanceof z.ZodObject)) throw new Error(`The action ${step.action} has no input.`)
        for (const sample of samples)
          expect(await mapSample(step, sample, schema)).toMatchObject({ ok: true })
      }
    })

    it('does first what a later step needs', () => {
      const tooEarly = recipe.steps.filter(({ after, ...step }, at) => {
        const done = recipe.steps.slice(0, at).map(presetId)
        return after !== undefined && !done.includes(presetId({ ...step, id: after }))
      })
      expect(tooEarly).toEqual([])
    })
  },
)

describe('the recipes', () => {
  it('offer every preset, alone or as a part, and nothing twice', () => {
    const offered = new Set(recipes.flatMap(({ steps }) => steps.map(presetId)))
    expect([...offered].toSorted()).toEqual(presets.map(presetId).toSorted())
    expect(new Set(recipes.map(({ id }) => id)).size).toBe(recipes.length)
    const does = recipes.map(({ events, steps }) => [...events, ...steps.map(presetId)].join(' '))
    expect(new Set(does).size).toBe(recipes.length)
  })

  it('bring along the step that has to come before', () => {
    const steps = recipes.find(({ id }) => id === 'stripe--activecampaign/buyer-to-tag')?.steps
    expect(steps?.map(({ id }) => id)).toEqual(['buyer-to-contact', 'buyer-to-tag'])
  })

  it('name the step that is not there', () => {
    expect(() => readRecipes(presets.slice(1))).toThrow('there is no preset “')
  })
})
