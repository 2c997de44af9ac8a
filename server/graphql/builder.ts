import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { GraphQLError } from 'graphql'
import { isPermitted } from '../accounts/permission.ts'
import type { Permission } from '../accounts/permission.ts'
import { isAtLeast } from '../accounts/role.ts'
import type { Role } from '../accounts/role.ts'
import { WorkspaceNotFound } from '../workspaces/workspace-errors.ts'
import './audit-plugin.ts'
import type { ApiContext } from './context.ts'
import './deny-plugin.ts'
import { permissionsOfField, permissionsOfType } from './permissions.ts'

/** What one operation may cost: fields, each counted as often as the lists above it are long. */
export const COMPLEXITY_MAX = 50_000
/** How far one operation may descend. */
export const DEPTH_MAX = 14

export interface SchemaTypes {
  Context: ApiContext
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: false
  AuthScopes: {
    /** At least this role in the workspace of the request. */
    role: Role
    /** Any caller with a valid token, whether or not the request names a workspace. */
    signedIn: boolean
    /** A person who signed in with a browser, whatever their role: for what is theirs alone. */
    user: boolean
    operator: boolean
    /** Added by the deny plugin: what a token needs, all of it, that is limited to some permissions. */
    permissions: readonly Permission[] | 'none_has_it'
    /** Strangers too. For the few doors by which people come in, and what is said there. */
    anyone: boolean
  }
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
  }
}

/**
 * The one schema builder. The order of plugins is the order in which a call passes through them: errors become data
 * last, nothing is done before the caller's role is known, and what a mutation did is written into the audit log by
 * the innermost one, so that no mutation can forget it.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, ComplexityPlugin, 'deny', 'audit'],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.slice(0, 1).toUpperCase()}${fieldName.slice(1)}Result`,
    },
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ caller, role, permissions }) => ({
      role: (wanted) => role !== undefined && isAtLeast(role, wanted),
      permissions: (wanted) =>
        permissions === undefined ||
        (wanted !== 'none_has_it' && wanted.every((each) => isPermitted(permissions, each))),
      signedIn: caller !== undefined,
      user: caller?.kind === 'user',
      operator: caller?.kind === 'operator',
      anyone: true,
    }),
    unauthorizedError: (_parent, context, info) => refusal(context, info.parentType.name, info.fieldName),
  },
  complexity: {
    limit: { complexity: COMPLEXITY_MAX, depth: DEPTH_MAX },
    defaultListMultiplier: 5,
    complexityError: (kind, { complexity, depth }) =>
      new GraphQLError(
        kind === 'Depth'
          ? `This operation descends ${depth} levels; at most ${DEPTH_MAX} are allowed. Ask for less at once.`
          : `This operation would cost ${complexity}; at most ${COMPLEXITY_MAX} are allowed. Ask for shorter pages or fewer fields.`,
        { extensions: { code: 'operation_too_large' } },
      ),
  },
})

function refusal(
  { caller, role, permissions, unknownWorkspace }: ApiContext,
  typeName: string,
  fieldName: string,
): GraphQLError {
  const field = `${typeName}.${fieldName}`
  if (!caller)
    return new GraphQLError('Sign in, or send a token: Authorization: Bearer <token>.', {
      extensions: { code: 'unauthenticated' },
    })
  if (unknownWorkspace !== undefined) {
    const { code, message } = new WorkspaceNotFound(unknownWorkspace)
    return new GraphQLError(message, { extensions: { code } })
  }
  if (!role && caller.kind === 'operator') {
    return new GraphQLError(
      'There are several workspaces: name the one you mean with the header Switchyard-Workspace.',
      { extensions: { code: 'workspace_not_named' } },
    )
  }
  return new GraphQLError(whyForbidden(), { extensions: { code: 'forbidden', field } })

  function whyForbidden(): string {
    const needed = permissionsOfType(typeName) ?? permissionsOfField(fieldName)
    const lacking =
      needed === 'none_has_it'
        ? 'a token without such limits'
        : needed.filter((each) => !isPermitted(permissions, each)).join(' and ')
    if (permissions && lacking) {
      return `This token is limited to ${permissions.join(', ')}; ${field} needs ${lacking}. Make another token for it.`
    }
    if (!role && caller?.kind === 'token')
      return 'This token is of another workspace than the one that Switchyard-Workspace names. Leave the header out, or send a token of that one.'
    if (!role)
      return `You belong to no workspace that ${field} could be about. Ask an owner for an invitation.`
    if (caller?.kind === 'user')
      return `Your role (${role}) does not include ${field}. Ask an owner for a higher one.`
    return `Your role (${role}) does not include ${field}. Ask an owner for a token with a higher one, or sign in where it is about your own account.`
  }
}

builder.queryType({
  description:
    'What the hub knows. Every field but `me` and `signInOptions` is for those who signed in or have a token.',
})
builder.mutationType({ description: 'What can be changed. Every change is written into the audit log.' })
builder.subscriptionType({ description: 'What is happening now, over server-sent events.' })
