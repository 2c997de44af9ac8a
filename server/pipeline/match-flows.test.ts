import { expect, it } from 'vitest'
import type { HubEvent } from '../events/event-store.ts'
import type { Condition } from '../flows/flow.ts'
import type { LiveFlow } from '../flows/flow-directory.ts'
import { mappingInput } from './mapping-input.ts'
import { matchFlows } from './match-flows.ts'

const at = new Date('2026-11-22T18:00:00Z')

const event: HubEvent = {
  id: 'evt_1',
  workspaceId: 'wsp_1',
  connectionId: 'con_1',
  connectorId: 'webhook',
  key: 'k',
  name: 'custom.event',
  occurredAt: at,
  recordedAt: at,
  receiptId: 'rcp_1',
  item: 0,
  draft: { name: 'custom.event', occurred_at: at.toISOString() },
  connectorVersion: 1,
  shape: 's',
  matches: [],
  revision: 0,
}

function flow(id: string, filter?: Condition): LiveFlow {
  const trigger = { events: ['custom.event'] }
  const definition = { trigger, entry: 'every_event' as const, steps: [], ...(filter ? { filter } : {}) }
  return { id, name: id, state: 'on', version: 1, definition }
}

it('records that a condition could not be checked, and goes on with all other flows', () => {
  let endless: Condition = { path: 'event.name', op: 'is_set' }
  for (let level = 0; level < 50_000; level++) endless = { not: endless }
  const connection = { id: 'con_1', name: 'Shop', connectorId: 'webhook' }
  const input = mappingInput({
    event,
    contact: undefined,
    connection,
    receivedAt: at,
    raw: () => null,
    steps: {},
    now: at,
  })

  const { matches, entering } = matchFlows(event, [flow('flw_a', endless), flow('flw_b')], input)
  expect(matches).toMatchObject([
    {
      flowId: 'flw_a',
      outcome: 'not_matched',
      reason: { code: 'filter_failed', data: { message: expect.stringContaining('call stack') } },
    },
    { flowId: 'flw_b', outcome: 'entered' },
  ])
  expect(entering.map(({ flow: { id } }) => id)).toEqual(['flw_b'])
})
