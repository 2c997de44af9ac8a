import SchemaBuilder, { BasePlugin } from '@pothos/core'
import type { PothosOutputFieldConfig, PothosTypeConfig, SchemaTypes } from '@pothos/core'

const roots = new Set(['Query', 'Mutation', 'Subscription'])

/**
 * Refuses to build a schema in which a type, or a field to begin with, does not say who may see it: forgetting it would
 * show it to everybody.
 */
export class DenyPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    if (
      config.graphqlKind === 'Object' &&
      !roots.has(config.name) &&
      !('authScopes' in config.pothosOptions)
    ) {
      throw new Error(`Type ${config.name} does not say who may see it: give it authScopes.`)
    }
    return config
  }

  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (!roots.has(config.parentType)) return config
    if (!('authScopes' in config.pothosOptions)) {
      throw new Error(`${config.parentType}.${config.name} does not say who may use it: give it authScopes.`)
    }
    return {
      ...config,
      extensions: { ...config.extensions, isOpen: isOpen(config.pothosOptions.authScopes) },
    }
  }
}

/** Read by the gate that lets strangers ask for this and nothing else. */
function isOpen(scopes: unknown): boolean {
  return typeof scopes === 'object' && scopes !== null && 'anyone' in scopes
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      deny: DenyPlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin('deny', DenyPlugin)
