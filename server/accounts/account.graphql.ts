import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { ApiTokenType, AuditEntryPage, AuditEntryType } from '../graphql/refs.ts'
import { DeletedType, RoleEnum } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { RoleTooHigh, TokenNotFound } from './account-errors.ts'
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
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
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

AuditEntryType.implement({
  description: 'Who changed what, when and from where. Never changed and never removed.',
  authScopes: { role: 'owner' },
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.exposeString('actor', { description: 'The id of a user or token, or operator.' }),
    actorName: t.exposeString('actorName'),
    action: t.exposeString('action', { description: 'The mutation.' }),
    subject: t.exposeString('subject', { description: 'The id of what it was about.' }),
    outcome: t.exposeString('outcome', {
      description: 'done, or the code of the reason why nothing was changed.',
    }),
    address: t.exposeString('address'),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'What the browser or program calls itself.',
    }),
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

builder.queryField('tokens', (t) =>
  t.field({
    type: [ApiTokenType],
    description: 'The API tokens of the workspace, newest first.',
    authScopes: { role: 'ops' },
    resolve: (_root, _args, { deps }) => deps.tokens.all(),
  }),
)

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditEntryPage,
    description: 'Who changed what.',
    authScopes: { role: 'owner' },
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, { deps: { audit } }) => readPage(args, audit, ({ at }) => at),
  }),
)

builder.mutationField('createToken', (t) =>
  t.field({
    type: CreatedTokenType,
    description: 'Makes a token with at most your own role.',
    authScopes: { role: 'ops' },
    errors: { types: [RoleTooHigh, InputInvalid] },
    args: {
      name: t.arg.string({ required: true }),
      role: t.arg({ type: RoleEnum, required: true }),
      expiresAt: t.arg({ type: 'DateTime' }),
    },
    resolve: (_root, args, context) => createToken(context.deps, ownRole(context), args),
  }),
)

builder.mutationField('revokeToken', (t) =>
  t.field({
    type: DeletedType,
    description: 'Ends a token at once.',
    authScopes: { role: 'ops' },
    errors: { types: [TokenNotFound, RoleTooHigh] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => revokeToken(context.deps, ownRole(context), id),
  }),
)

function ownRole({ role }: ApiContext): Role {
  return role ?? 'viewer'
}
