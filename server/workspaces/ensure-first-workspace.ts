import type { HubDeps } from '../deps.ts'
import { DEFAULT_RETENTION } from './workspace-store.ts'

/** A new hub has one workspace, so that there is a place to begin. Named, so that two first starts make the same one. */
const FIRST = 'wsp_00000000-0000-7000-8000-000000000001'

export async function ensureFirstWorkspace({
  workspaces,
  now,
}: Pick<HubDeps, 'workspaces' | 'now'>): Promise<void> {
  if ((await workspaces.all()).length > 0) return
  await workspaces
    .add({ id: FIRST, name: 'Main', retention: DEFAULT_RETENTION, createdAt: now() })
    .catch((err: unknown) => {
      // Another process made it in the same moment.
      if (!(err instanceof Error && 'code' in err && err.code === 11000)) throw err
    })
}
