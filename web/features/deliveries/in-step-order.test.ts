import { expect, it } from 'vitest'
import { inStepOrder } from './in-step-order.ts'

const flow = { draft: { steps: [{ id: 'contact' }, { id: 'deal' }, { id: 'mail' }] } }
const delivery = (id: string, runId: string, stepId: string) => ({ id, runId, stepId, flow })

it('shows what was sent in the order of the flow’s steps, with what was sent again before what it repeats', () => {
  const newestFirst = [
    delivery('deal again', 'run_1', 'deal'),
    delivery('other', 'run_2', 'contact'),
    delivery('mail', 'run_1', 'mail'),
    delivery('gone', 'run_1', 'taken out since'),
    delivery('contact', 'run_1', 'contact'),
    delivery('deal', 'run_1', 'deal'),
  ]
  expect(inStepOrder(newestFirst).map(({ id }) => id)).toEqual([
    'contact',
    'deal again',
    'deal',
    'mail',
    'gone',
    'other',
  ])
})

it('keeps those of a deleted flow as they come', () => {
  const orphans = [
    { id: 'b', runId: 'run_1', stepId: 'x', flow: null },
    { id: 'a', runId: 'run_1', stepId: 'y', flow: null },
  ]
  expect(inStepOrder(orphans)).toEqual(orphans)
})
