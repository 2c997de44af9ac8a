import { compileMapping } from '../../mappings/mapping.ts'
import type { CompiledMapping, MappingFields } from '../../mappings/mapping.ts'
import type { HubDeps } from '../deps.ts'
import type { ConfigRevision } from '../platform/config-revision.ts'
import { mappingModel } from './mapping-store.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'

/** A mapping ready to run. */
export interface LiveMapping {
  id: string
  version: number
  compiled: CompiledMapping
}

/** The newest version of every mapping, compiled, held in memory until the configuration changes. */
export interface MappingDirectory {
  byId(id: string): Promise<LiveMapping | undefined>
}

export function createMappingDirectory(
  database: DatabaseConnection,
  config: ConfigRevision,
  connectors: HubDeps['connectors'],
): MappingDirectory {
  const model = mappingModel(database)
  const held = new Map<string, Promise<LiveMapping | undefined>>()
  config.onChange(() => held.clear())

  async function load(id: string): Promise<LiveMapping | undefined> {
    const doc = await model.findById(id).lean()
    if (!doc) return undefined
    const fields: MappingFields = JSON.parse(doc.fields)
    const schema = connectors.get(doc.connectorId)?.actions[doc.actionId]?.input
    return { id, version: doc.version, compiled: compileMapping(fields, schema) }
  }

  return {
    byId(id) {
      const known = held.get(id)
      if (known) return known
      const loading = load(id)
      held.set(id, loading)
      // A failed read must not be remembered as "no such mapping".
      loading.catch(() => held.delete(id))
      return loading
    },
  }
}
