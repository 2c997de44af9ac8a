import type { HubDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { DEFAULT_RETENTION } from './workspace-store.ts'
import type { Workspace } from './workspace-store.ts'

/** A place of its own for another team or client: nothing in it is seen from elsewhere. */
export async function createWorkspace(
  { workspaces, newId, now }: Pick<HubDeps, 'workspaces' | 'newId' | 'now'>,
  name: string,
): Promise<Workspace> {
  const workspace = {
    id: newId('wsp'),
    name: parseName(name),
    retention: DEFAULT_RETENTION,
    createdAt: now(),
  }
  await workspaces.add(workspace)
  return workspace
}
