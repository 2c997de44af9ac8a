import SchemaBuilder, { BasePlugin } from '@pothos/core'
import type { PothosOutputFieldConfig, SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import { isEntrance } from '../accounts/note-sign-in.ts'
import { HubError } from '../errors.ts'
import type { ApiContext } from './context.ts'

/**
 * Writes an entry for every mutation that was carried out or refused by a rule. Part of the schema itself, so that a
 * new mutation is audited without anybody thinking of it.
 */
export class AuditPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.parentType !== 'Mutation') return resolve
    return async (root, args, context, info) => {
      try {
        const result: unknown = await resolve(root, args, context, info)
        // Who comes in is noted where they do, as themselves: it was not whoever the browser belonged to before.
        if (!isEntrance(field.name))
          await note(context, field.name, subjectOf(result) || subjectOf(args), 'done')
        return result
      } catch (err) {
        await note(context, field.name, subjectOf(args), err instanceof HubError ? err.code : 'failed')
        throw err
      }
    }
  }
}

async function note(context: object, action: string, subject: string, outcome: string): Promise<void> {
  if (!isApiContext(context)) throw new Error('A mutation was called without the context of a request.')
  const { caller, address, userAgent, hub } = context
  if (!caller) return
  const actorName = caller.kind === 'operator' ? 'Operator' : caller.name
  // The log of a new workspace begins with its making, wherever the operator was. What was refused is about whatever the
  // caller chose to name: nobody writes into the log of a workspace that way.
  const isOfWorkspace = outcome === 'done' && subject.startsWith('wsp_')
  const places = new Set([context.workspaceId, isOfWorkspace ? subject : undefined])
  for (const workspaceId of places) {
    if (!workspaceId) continue
    await hub
      .storesOf(workspaceId)
      .audit.add({ actor: caller.id, actorName, action, subject, address, userAgent, outcome })
  }
}

function isApiContext(context: object): context is ApiContext {
  return 'hub' in context && 'caller' in context
}

function subjectOf(source: unknown): string {
  return typeof source === 'object' && source !== null && 'id' in source && typeof source.id === 'string'
    ? source.id
    : ''
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      audit: AuditPlugin<Types>
    }
  }
}

SchemaBuilder.registerPlugin('audit', AuditPlugin)
