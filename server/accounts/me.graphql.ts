import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { UserType, WorkspaceType } from '../graphql/refs.ts'
import { PermissionEnum, RoleEnum } from '../graphql/shared.graphql.ts'
import { WorkspaceNotFound } from '../workspaces/workspace-errors.ts'
import type { Membership } from './member-store.ts'

UserType.implement({
  description: 'A person who signs in.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
  }),
})

const MembershipType = builder.objectRef<Membership>('Membership').implement({
  description: 'A workspace that somebody belongs to, and their role there.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    workspace: t.field({
      type: WorkspaceType,
      resolve: async ({ workspaceId }, _args, { hub }) => {
        const workspace = await hub.workspaces.find(workspaceId)
        if (!workspace) throw new WorkspaceNotFound(workspaceId)
        return workspace
      },
    }),
    role: t.expose('role', { type: RoleEnum }),
  }),
})

const MeType = builder.objectRef<ApiContext>('Me').implement({
  description: 'Who is asking.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ actor }) => actor }),
    name: t.string({ resolve: ({ caller }) => (caller && 'name' in caller ? caller.name : 'Operator') }),
    isOperator: t.boolean({ resolve: ({ caller }) => caller?.kind === 'operator' }),
    user: t.field({
      type: UserType,
      nullable: true,
      description: 'Absent where a program asks, with a token.',
      resolve: ({ caller, hub }) =>
        caller?.kind === 'user' ? hub.accounts.users.find(caller.id) : undefined,
    }),
    role: t.field({
      type: RoleEnum,
      nullable: true,
      description:
        'In the workspace of this request; absent where there is none: the operator has to name one, a person may belong to none.',
      resolve: ({ role }) => role,
    }),
    permissions: t.field({
      type: [PermissionEnum],
      nullable: true,
      description: 'What this token is limited to within its role; absent where there is no such limit.',
      resolve: ({ permissions }) => (permissions ? [...permissions] : undefined),
    }),
    workspace: t.field({
      type: WorkspaceType,
      nullable: true,
      resolve: ({ workspaceId, hub }) =>
        workspaceId === undefined ? undefined : hub.workspaces.find(workspaceId),
    }),
    memberships: t.field({
      type: [MembershipType],
      description:
        'All workspaces of a person; empty where a program asks. Change between them with switchWorkspace.',
      resolve: ({ caller, hub }) => (caller?.kind === 'user' ? hub.accounts.memberships.of(caller.id) : []),
    }),
  }),
})

builder.queryField('me', (t) =>
  t.field({
    type: MeType,
    nullable: true,
    description: 'Who is asking, and what they may do; absent where nobody has signed in.',
    authScopes: { anyone: true },
    resolve: (_root, _args, context) => (context.caller ? context : undefined),
  }),
)
