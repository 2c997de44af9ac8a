import type { Surroundings } from '../../hub.ts'
import { startTestHub } from '../../testing/start-test-hub.ts'
import type { TestHub } from '../../testing/start-test-hub.ts'
import { askingAs, tokenOf } from './ask-api.ts'
import type { Ask } from './ask-api.ts'
import { startReceiver } from './start-receiver.ts'
import type { Receiver } from './start-receiver.ts'

/** A hub with one workspace, a tool it may send to, and somebody of each role to ask it. */
export interface Api {
  hub: TestHub
  receiver: Receiver
  workspaceId: string
  owner: Ask
  ops: Ask
  marketer: Ask
  viewer: Ask
  close(): Promise<void>
}

export async function startApi(
  settings: Record<string, string> = {},
  surroundings: Surroundings = {},
): Promise<Api> {
  const receiver = await startReceiver()
  const hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network, ...settings }, surroundings)
  const [workspace] = await hub.deps.workspaces.all()
  const operator = askingAs(hub, { token: hub.adminToken })
  const as = async (role: string) => askingAs(hub, { token: await tokenOf(operator, role) })
  return {
    hub,
    receiver,
    workspaceId: workspace?.id ?? '',
    owner: await as('owner'),
    ops: await as('ops'),
    marketer: await as('marketer'),
    viewer: await as('viewer'),
    async close() {
      await hub.close()
      await receiver.close()
    },
  }
}
