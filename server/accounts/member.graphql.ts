import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { UserType } from '../graphql/refs.ts'
import { DeletedType, RoleEnum } from '../graphql/shared.graphql.ts'
import { LastOwner, MemberNotFound } from './account-errors.ts'
import { changeMemberRole } from './change-member-role.ts'
import { listMembers } from './list-members.ts'
import type { KnownMember } from './list-members.ts'
import { removeMember } from './remove-member.ts'

const MemberType = builder.objectRef<KnownMember>('Member').implement({
  description: 'Somebody who belongs to the workspace.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('userId', { description: 'The id of the user.' }),
    user: t.expose('user', { type: UserType }),
    role: t.expose('role', { type: RoleEnum }),
    since: t.expose('since', { type: 'DateTime' }),
  }),
})

builder.objectType(MemberNotFound, {
  name: 'MemberNotFound',
  description: 'The workspace has no such member.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(LastOwner, {
  name: 'LastOwner',
  description: 'A workspace keeps at least one owner.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('members', (t) =>
  t.field({
    type: [MemberType],
    description: 'Who belongs to the workspace, in the order in which they joined.',
    authScopes: { role: 'viewer' },
    resolve: (_root, _args, { deps }) => listMembers(deps),
  }),
)

builder.mutationField('changeMemberRole', (t) =>
  t.field({
    type: MemberType,
    description:
      'Holds from the member’s next request on, and for the tokens that they have made. The links of who is no owner any more end.',
    authScopes: { role: 'owner' },
    errors: { types: [MemberNotFound, LastOwner] },
    args: { id: t.arg.id({ required: true }), role: t.arg({ type: RoleEnum, required: true }) },
    resolve: (_root, { id, role }, { deps }) => changeMemberRole(deps, id, role),
  }),
)

builder.mutationField('removeMember', (t) =>
  t.field({
    type: DeletedType,
    description: 'Ends a membership at once, and the tokens and links that the member has made.',
    authScopes: { role: 'owner' },
    errors: { types: [MemberNotFound, LastOwner] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => removeMember(deps, id),
  }),
)
