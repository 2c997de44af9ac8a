import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ApiTokenType } from '../graphql/refs.ts'
import { DeletedType, PermissionEnum, RoleEnum } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { MemberNotFound, PermissionTooWide, RoleTooHigh, TokenNotFound } from './account-errors.ts'
import { createToken } from './create-token.ts'
import type { CreatedToken } from './create-token.ts'
import { revokeToken } from './revoke-token.ts'
import type { Role } from './role.ts'

ApiTokenType.implement({
  description: 'A key to the API for one workspace. The secret itself is not kept.',
  authScopes: { role: 'ops' },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    role: t.expose('role', { type: RoleEnum }),
    permissions: t.expose('permissions', {
      type: [PermissionEnum],
      nullable: true,
      description: 'What it is limited to within its role; absent where it may do all that the role may.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.exposeID('createdBy', {
      nullable: true,
      description: 'The id of the user or token that made it, or operator.',
    }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'To the minute.' }),
  }),
})

const CreatedTokenType = builder.objectRef<CreatedToken>('CreatedToken').implement({
  description: 'A new token with the only sight of its secret.',
  authScopes: { role: 'ops' },
  fields: (t) => ({
    token: t.expose('token', { type: ApiTokenType }),
    secret: t.exposeString('secret', { description: 'Shown now and never again.' }),
  }),
})

builder.objectType(TokenNotFound, {
  name: 'TokenNotFound',
  description: 'The workspace has no such token.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(RoleTooHigh, {
  name: 'RoleTooHigh',
  description: 'Nobody hands out, or takes away, more than they have.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(PermissionTooWide, {
  name: 'PermissionTooWide',
  description: 'A token that is limited hands out no more than it has.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('tokens', (t) =>
  t.field({
    type: [ApiTokenType],
    description: 'The API tokens of the workspace, newest first.',
    authScopes: { role: 'ops' },
    resolve: (_root, _args, { deps }) => deps.tokens.all(),
  }),
)

builder.mutationField('createToken', (t) =>
  t.field({
    type: CreatedTokenType,
    description:
      'Makes a token with at most your own role. It never may more than you may at the moment, and ends when you leave.',
    authScopes: { role: 'ops' },
    errors: { types: [RoleTooHigh, PermissionTooWide, TokenNotFound, MemberNotFound, InputInvalid] },
    args: {
      name: t.arg.string({ required: true }),
      role: t.arg({ type: RoleEnum, required: true }),
      permissions: t.arg({
        type: [PermissionEnum],
        description: 'Limits it within its role; without them it may do all that the role may.',
      }),
      expiresAt: t.arg({ type: 'DateTime' }),
    },
    resolve: (_root, args, context) =>
      createToken(context.deps, { caller: context.caller, role: ownRole(context) }, args),
  }),
)

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: DeletedType,
    description: 'Ends a token at once, and the tokens and links that were made with it.',
    authScopes: { role: 'ops' },
    errors: { types: [TokenNotFound, RoleTooHigh] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => revokeToken(context.deps, ownRole(context), id),
  }),
)

function ownRole({ role }: ApiContext): Role {
  return role ?? 'viewer'
}
