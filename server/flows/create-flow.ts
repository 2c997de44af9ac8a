import type { WorkspaceDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import type { Flow } from './flow.ts'
import { parseDefinition } from './parse-definition.ts'
import type { GivenDefinition } from './parse-definition.ts'

/** A new flow as a draft: nothing runs before it is published. */
export async function createFlow(
  deps: Pick<WorkspaceDeps, 'flows' | 'workspaceId' | 'newId' | 'now'>,
  input: { name: string; definition: GivenDefinition },
): Promise<Flow> {
  const createdAt = deps.now()
  const flow: Flow = {
    id: deps.newId('flw'),
    workspaceId: deps.workspaceId,
    name: parseName(input.name),
    state: 'on',
    draft: parseDefinition(input.definition, deps.newId),
    draftRevision: 0,
    latestVersion: 0,
    createdAt,
    updatedAt: createdAt,
  }
  await deps.flows.add(flow)
  return flow
}
