import { afterEach, beforeEach, expect, it } from 'vitest'
import { workspaceDeps } from '../deps.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { cancelDelivery } from '../deliveries/cancel-delivery.ts'
import { cancelReplay } from './cancel-replay.ts'
import { deliveryTarget } from './replay-filter.ts'
import { runReplays } from './run-replays.ts'
import { startReplay } from './start-replay.ts'

let hub: TestHub
let deps: WorkspaceDeps

beforeEach(async () => {
  // Without the recurring jobs: this test carries replays on by itself.
  hub = await startTestHub({ SWITCHYARD_ROLE: 'api' })
  const [workspace] = await hub.deps.workspaces.all()
  deps = workspaceDeps(hub.deps, workspace!.id)
})
afterEach(() => hub.close())

async function leaveFailed(count: number, flowId = 'flw_1'): Promise<void> {
  const createdAt = new Date(hub.deps.now().getTime() - 1_000)
  for (let at = 0; at < count; at++) {
    await deps.deliveries.add({
      id: `dlv_${String(at).padStart(4, '0')}${flowId === 'flw_1' ? '' : flowId}`,
      workspaceId: deps.workspaceId,
      runId: 'run_1',
      flowId,
      flowVersion: 1,
      stepId: 'stp_1',
      occurrence: 0,
      eventId: 'evt_1',
      contactId: 'ctc_1',
      connectionId: 'con_1',
      connectorId: 'webhook',
      connectorVersion: 1,
      actionId: 'httpRequest',
      mappingId: 'map_1',
      state: 'failed',
      reason: { code: 'gone' },
      attempts: [],
      attemptsUsed: 1,
      confirmations: 0,
      lane: 'ctc_1/con_1',
      position: at,
      createdAt,
      updatedAt: createdAt,
    })
  }
}

function start() {
  const target = deliveryTarget({ evenIfDelivered: false })
  return startReplay(deps, { role: 'ops', actor: 'tok_1' }, target)
}

async function replacements() {
  const queued = await deps.deliveries.oldest({ states: ['queued'] }, undefined, 1_000)
  return queued.toSorted((left, right) => left.position - right.position)
}

it('goes on in chunks, and stops when somebody says so', async () => {
  await leaveFailed(450)
  const { id, total } = await start()
  expect(total).toBe(450)
  await runReplays(hub.deps)
  expect(await deps.replays.find(id)).toMatchObject({ state: 'running', done: 200 })
  await runReplays(hub.deps)
  await cancelReplay(deps, id)
  await runReplays(hub.deps)
  expect(await deps.replays.find(id)).toMatchObject({ state: 'cancelled', done: 400 })
  expect(await replacements()).toHaveLength(400)
})

it('replaces each once, in the order in which they failed, although it died before writing down how far it was', async () => {
  await leaveFailed(220)
  const { id } = await start()
  await runReplays(hub.deps)
  const { connection } = hub.deps.database
  await connection
    .collection<{ _id: string }>('replays')
    .updateOne({ _id: id }, { $set: { done: 0 }, $unset: { reached: 1 } })
  await runReplays(hub.deps)
  await runReplays(hub.deps)

  expect((await deps.replays.find(id))?.state).toBe('done')
  const made = await replacements()
  expect(made.map(({ replayOf }) => replayOf)).toEqual(
    Array.from({ length: 220 }, (_, at) => `dlv_${String(at).padStart(4, '0')}`),
  )
  expect(made.every(({ low }) => low)).toBe(true)
  expect(await deps.deliveries.count({ states: ['failed'] }, 1_000)).toBe(0)
})

it('sends nothing again that a person gave up while it was on its way there', async () => {
  await leaveFailed(30)
  const { id } = await start()
  const news = deps.live.watch(deps.workspaceId)
  const running = runReplays(hub.deps)
  await news.next()
  const last = 'dlv_0029'
  await cancelDelivery(deps, last)
  await running
  await news.return?.()

  expect(await deps.deliveries.find(last)).toMatchObject({ reason: { code: 'cancelled_by_person' } })
  const made = await replacements()
  expect(made).toHaveLength(29)
  expect(made.map(({ replayOf }) => replayOf)).not.toContain(last)
  expect(await deps.replays.find(id)).toMatchObject({ done: 29, failed: 1 })
})

it('does not go over what came after it was asked for', async () => {
  await leaveFailed(1)
  const { id } = await start()
  const { deliveries } = deps
  const [old] = await deliveries.oldest({ states: ['failed'] }, undefined, 1)
  await deliveries.add({ ...old!, id: 'dlv_later', createdAt: new Date(hub.deps.now().getTime() + 60_000) })
  await runReplays(hub.deps)
  expect(await deps.replays.find(id)).toMatchObject({ state: 'done', done: 1 })
  expect((await deliveries.find('dlv_later'))?.state).toBe('failed')
})

it('holds no other replay up, however large it is', async () => {
  await leaveFailed(250)
  const large = await start()
  const small = await startReplay(
    deps,
    { role: 'ops', actor: 'tok_1' },
    { ...deliveryTarget({ evenIfDelivered: false, states: ['failed'] }), flowId: 'flw_1' },
  )
  await runReplays(hub.deps)
  const states = await Promise.all([large, small].map(async ({ id }) => (await deps.replays.find(id))?.done))
  expect(states).toEqual([200, 50])
})

it('stops at once when it is cancelled, and has counted all that it has sent', async () => {
  await leaveFailed(100)
  const { id } = await start()
  const news = deps.live.watch(deps.workspaceId)
  const running = runReplays(hub.deps)
  await news.next()
  await cancelReplay(deps, id)
  await running
  await news.return?.()
  const sent = await replacements()
  expect(sent.length).toBeLessThan(100)
  expect(await deps.replays.find(id)).toMatchObject({ state: 'cancelled', done: sent.length })
})

it('sends nothing of a replay that was cancelled while another one was under way', async () => {
  await leaveFailed(50)
  await leaveFailed(50, 'flw_2')
  const wish = (flowId: string) => ({ ...deliveryTarget({ evenIfDelivered: false }), flowId })
  const by = { role: 'ops', actor: 'tok_1' } as const
  await startReplay(deps, by, wish('flw_1'))
  const second = await startReplay(deps, by, wish('flw_2'))
  const news = deps.live.watch(deps.workspaceId)
  const running = runReplays(hub.deps)
  await news.next()
  await cancelReplay(deps, second.id)
  await running
  await news.return?.()
  expect(await deps.deliveries.count({ flowId: 'flw_1', states: ['queued'] }, 1_000)).toBe(50)
  expect(await deps.deliveries.count({ flowId: 'flw_2', states: ['queued'] }, 1_000)).toBe(0)
})

it('counts what it has sent before it broke off in the middle', async () => {
  await leaveFailed(20)
  const { id } = await start()
  let given = 0
  const breakingOff = {
    ...hub.deps,
    storesOf(workspaceId: string) {
      const stores = hub.deps.storesOf(workspaceId)
      const move: typeof stores.deliveries.move = (delivery, from, to) =>
        from.includes('failed') && ++given > 10
          ? Promise.reject(new Error('The database is away.'))
          : stores.deliveries.move(delivery, from, to)
      return { ...stores, deliveries: { ...stores.deliveries, move } }
    },
  }
  await expect(runReplays(breakingOff)).rejects.toThrow('away')
  await runReplays(hub.deps)
  expect(await deps.replays.find(id)).toMatchObject({ state: 'done', done: 20, failed: 0 })
})
