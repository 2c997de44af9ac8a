import { readEnv } from '../../server/env.ts'
import { createHub } from '../../server/hub.ts'
import type { HubDeps } from '../../server/deps.ts'

/** Opens a hub's data in this process without starting its work, to set it up; closes it again afterwards. */
export async function openHubHere<T>(
  env: Record<string, string>,
  work: (deps: HubDeps, workspaceId: string) => Promise<T>,
): Promise<T> {
  const hub = await createHub(readEnv(env))
  try {
    const [workspace] = await hub.deps.workspaces.all()
    if (!workspace) throw new Error('The hub has no workspace.')
    return await work(hub.deps, workspace.id)
  } finally {
    await hub.stop()
  }
}
