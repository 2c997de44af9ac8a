import { beforeAll, describe, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { emptyDefinition, newStep } from './definition.ts'
import type { Definition } from './definition.ts'
import { flowDifferences, flowSentences } from './flow-differences.ts'
import { gapWords, placeOfGap } from './gap-words.ts'
import { withoutStep, withStepAt, withStepMoved } from './steps.ts'
import type { Tools } from './use-tools.ts'

beforeAll(() => startWords())

const upsert = {
  id: 'upsert',
  name: 'Add a contact',
  description: '',
  input: [{ name: 'email', label: 'Email' }],
}
const crm = { id: 'crm', name: 'Crm', logo: null, triggers: [], actions: [upsert] }
const connection = { id: 'con_1', name: 'Sales team', connectorId: 'crm' }
const tools: Tools = {
  connections: [connection],
  connection: (id) => (id === connection.id ? connection : undefined),
  connector: () => crm,
  connectorOf: (id) => (id === connection.id ? crm : undefined),
  action: (id, actionId) => (id === connection.id && actionId === upsert.id ? upsert : undefined),
  meaning: () => '',
  events: [],
}
const step = (id: string, over = {}) => ({
  ...newStep(),
  id,
  connectionId: 'con_1',
  actionId: 'upsert',
  mappingId: 'map_1',
  ...over,
})
const before: Definition = {
  ...emptyDefinition,
  trigger: { connectionId: 'con_1', events: ['order.completed'] },
  steps: [step('stp_a', { name: 'First' }), step('stp_b')],
}
const changes = (after: Definition) => flowDifferences(before, after, tools, (id) => `mapping ${id}`)

describe('what changed in a flow', () => {
  it('is said of everything, and nothing of what is the same', () => {
    expect(changes(before)).toEqual([])
    const filter = { path: 'event.properties.total', op: 'at_least', value: 50 }
    const trigger = { connectionId: null, events: ['payment.failed'] }
    expect(changes({ ...before, trigger, filter, entry: 'once_per_contact' })).toEqual([
      'Listens to Any connection instead of Sales team.',
      'Now starts with: Payment failed.',
      'No longer starts with: Order completed.',
      'Only if “total is at least 50” is new.',
      'Once for each person, the first time it happens',
    ])
  })

  it('names steps as they are called, whether new, gone, moved or changed', () => {
    const added = withStepAt(before, 2, step('stp_c', { name: 'Third' })).definition
    expect(changes(added)).toEqual(['New step: Third.'])
    expect(changes(withoutStep(before, 'stp_a'))).toEqual(['Step taken out: First.'])
    expect(changes(withStepMoved(before, 'stp_b', -1))).toEqual([
      'The order is now: Add a contact · Sales team → First.',
    ])
    const steps = [step('stp_a', { name: 'Renamed' }), step('stp_b', { mappingId: 'map_2' })]
    expect(changes({ ...before, steps })).toEqual([
      '“First” has become “Renamed”.',
      '“Add a contact · Sales team” uses the mapping “mapping map_2” instead of “mapping map_1”.',
    ])
  })

  it('is all that it does, of a first version', () => {
    expect(flowSentences(before, tools)).toEqual([
      'When: Order completed · Sales team.',
      'Do: First.',
      'Do: Add a contact · Sales team.',
    ])
  })
})

describe('what a flow lacks', () => {
  it('names the field as the screen does, and leads to it', () => {
    const gap = { stepId: 'stp_b', code: 'field_unmapped', subject: 'email', message: '' }
    expect(gapWords(gap, before, tools)).toBe('Say what goes into “Email”')
    expect(placeOfGap(gap)).toEqual({ search: { open: 'stp_b', field: 'email' }, hash: 'field-email' })
  })

  it('tells what was never chosen from what is gone', () => {
    const gap = { stepId: 'stp_b', code: 'mapping_missing', message: '' }
    expect(gapWords({ ...gap, subject: '' }, before, tools)).toBe('Choose which data goes where')
    expect(gapWords({ ...gap, subject: 'map_9' }, before, tools)).toBe(
      'The mapping is no longer there: choose another one',
    )
  })
})
