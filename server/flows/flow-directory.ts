import type { ConfigRevision } from '../platform/config-revision.ts'
import type { FlowDefinition } from './flow.ts'
import { flowModel, flowVersionModel } from './flow-store.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** A flow as the pipeline sees it: what is published, and whether it is on. */
export interface LiveFlow {
  id: string
  name: string
  state: 'on' | 'paused'
  /** When it was paused last, where that is known. */
  pausedAt?: Date
  version: number
  definition: FlowDefinition
}

/** The published flows of every workspace, held in memory until the configuration changes. */
export interface FlowDirectory {
  ofWorkspace(workspaceId: string): Promise<LiveFlow[]>
  /** What a published version does; versions never change. */
  version(flowId: string, version: number): Promise<FlowDefinition | undefined>
}

const VERSIONS_HELD_MAX = 2_000

export function createFlowDirectory(database: DatabaseConnection, config: ConfigRevision): FlowDirectory {
  const flows = flowModel(database)
  const versions = flowVersionModel(database)
  const held = new Map<string, Promise<LiveFlow[]>>()
  const definitions = new Map<string, FlowDefinition>()
  config.onChange(() => held.clear())

  async function load(workspaceId: string): Promise<LiveFlow[]> {
    const docs = await flows
      .find({ workspaceId, publishedVersion: { $exists: true } }, { draft: 0 })
      .sort({ _id: 1 })
      .lean()
    const published = await versions
      .find({ _id: { $in: docs.map((doc) => `${doc._id}:${doc.publishedVersion}`) } })
      .lean()
    const byFlow = new Map(published.map((doc) => [doc.flowId, doc]))
    return docs.flatMap((doc) => {
      const version = byFlow.get(doc._id)
      if (!version) return []
      const { _id: id, name, state, pausedAt } = doc
      const definition: FlowDefinition = JSON.parse(version.definition)
      return [{ id, name, state, ...(pausedAt ? { pausedAt } : {}), version: version.version, definition }]
    })
  }

  return {
    ofWorkspace(workspaceId) {
      const known = held.get(workspaceId)
      if (known) return known
      const loading = load(workspaceId)
      held.set(workspaceId, loading)
      // A failed read must not be remembered as "no flows".
      loading.catch(() => held.delete(workspaceId))
      return loading
    },
    async version(flowId, version) {
      const id = `${flowId}:${version}`
      const known = definitions.get(id)
      if (known) return known
      const doc = await versions.findById(id).lean()
      if (!doc) return undefined
      const definition: FlowDefinition = JSON.parse(doc.definition)
      if (definitions.size >= VERSIONS_HELD_MAX) definitions.clear()
      definitions.set(id, definition)
      return definition
    },
  }
}
