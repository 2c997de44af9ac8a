import { z } from 'zod'
import type { WorkspaceDeps } from '../deps.ts'
import { parseInput } from '../input-invalid.ts'
import { WorkspaceNotFound } from './workspace-errors.ts'
import type { Workspace } from './workspace-store.ts'

const days = z.int().min(1).max(3_650)

const retentionSchema = z
  .object({ bodiesDays: days, receiptsDays: days, refusedDays: days, deliveriesDays: days })
  .refine(({ bodiesDays, receiptsDays }) => bodiesDays <= receiptsDays, {
    error: 'cannot be longer than receiptsDays: a body is part of its receipt',
    path: ['bodiesDays'],
  })

/** How long things are kept. What is older goes with the next round of tidying; nothing unfinished is ever pruned. */
export async function setRetention(
  { hub, workspaceId }: Pick<WorkspaceDeps, 'hub' | 'workspaceId'>,
  given: unknown,
): Promise<Workspace> {
  const changed = await hub.workspaces.setRetention(
    workspaceId,
    parseInput(retentionSchema, given, 'retention'),
  )
  if (!changed) throw new WorkspaceNotFound(workspaceId)
  return changed
}
