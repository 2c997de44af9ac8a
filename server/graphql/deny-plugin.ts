import SchemaBuilder, { BasePlugin } from '@pothos/core'
import type { PothosOutputFieldConfig, PothosTypeConfig, SchemaTypes } from '@pothos/core'
import type { Permission } from '../accounts/permission.ts'
import { permissionsOfField, permissionsOfType } from './permissions.ts'

const roots = new Set(['Query', 'Mutation', 'Subscription'])

/**
 * Refuses to build a schema in which a type, or a field to begin with, does not say who may see it: forgetting it would
 * show it to everybody. To what it says, it adds which permissions a limited token needs.
 */
export class DenyPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(config: PothosTypeConfig): PothosTypeConfig {
    if (config.graphqlKind !== 'Object' || roots.has(config.name)) return config
    const scopes = scopesIn(config.pothosOptions)
    if (!scopes) throw new Error(`Type ${config.name} does not say who may see it: give it authScopes.`)
    narrow(config.pothosOptions, scopes, permissionsOfType(config.name))
    return config
  }

  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (!roots.has(config.parentType)) return config
    const scopes = scopesIn(config.pothosOptions)
    if (!scopes) {
      throw new Error(`${config.parentType}.${config.name} does not say who may use it: give it authScopes.`)
    }
    const isOpen = 'anyone' in scopes
    if (!isOpen) narrow(config.pothosOptions, scopes, permissionsOfField(config.name))
    // Read by the gate that lets strangers ask for this and nothing else.
    return { ...config, extensions: { ...config.extensions, isOpen } }
  }
}

function scopesIn(options: object): object | undefined {
  const scopes = 'authScopes' in options ? options.authScopes : undefined
  return typeof scopes === 'object' && scopes !== null ? scopes : undefined
}

/** In place: the scope plugin reads these options, and nobody else has them. */
function narrow(
  options: object,
  scopes: object,
  permissions: readonly Permission[] | 'none_has_it' | undefined,
): void {
  if (permissions) Object.assign(options, { authScopes: { $all: { $any: scopes, permissions } } })
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      deny: DenyPlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin('deny', DenyPlugin)
