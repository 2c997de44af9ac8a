import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { DeletedType, RoleEnum } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { AlreadyMember, InvitationNotFound, MemberNotFound, OwnsTooLittle } from './account-errors.ts'
import { createPasswordLink } from './create-password-link.ts'
import type { Invitation } from './invitation-store.ts'
import { inviteMember } from './invite-member.ts'
import type { CreatedInvitation } from './invite-member.ts'
import { invitationNeeds, readInvitation } from './read-invitation.ts'
import type { InvitationPreview } from './read-invitation.ts'
import { revokeInvitation } from './revoke-invitation.ts'

const InvitationType = builder.objectRef<Invitation>('Invitation').implement({
  description:
    'A link by which one person comes in, or chooses a new password: for one use, until it expires.',
  authScopes: { role: 'owner' },
  fields: (t) => ({
    id: t.exposeID('id'),
    email: t.exposeString('email'),
    role: t.expose('role', { type: RoleEnum }),
    isForNewPassword: t.boolean({
      description: 'True where it lets a member choose a new password.',
      resolve: ({ resetsUserId }) => resetsUserId !== undefined,
    }),
    invitedBy: t.exposeID('invitedBy', { description: 'The id of the user or token, or operator.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

const CreatedInvitationType = builder.objectRef<CreatedInvitation>('CreatedInvitation').implement({
  description: 'An invitation with the only sight of its link.',
  authScopes: { role: 'owner' },
  fields: (t) => ({
    invitation: t.expose('invitation', { type: InvitationType }),
    url: t.exposeString('url', { description: 'To hand over. Shown now and never again.' }),
  }),
})

const NeedsEnum = builder.enumType('InvitationNeeds', {
  description: 'What has to be entered: name and new password, the own password, a new one, or nothing.',
  values: invitationNeeds,
})

const PreviewType = builder.objectRef<InvitationPreview>('InvitationPreview').implement({
  description: 'What an invitation’s link shows to who has it.',
  authScopes: { anyone: true },
  fields: (t) => ({
    workspaceName: t.exposeString('workspaceName'),
    email: t.exposeString('email', { description: 'Whom it is for.' }),
    role: t.expose('role', { type: RoleEnum }),
    needs: t.expose('needs', { type: NeedsEnum }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

builder.objectType(AlreadyMember, {
  name: 'AlreadyMember',
  description: 'The workspace has this person already.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(InvitationNotFound, {
  name: 'InvitationNotFound',
  description: 'The workspace has no such open invitation.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(OwnsTooLittle, {
  name: 'OwnsTooLittle',
  description: 'A new password takes an owner of every workspace that the person belongs to.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('invitations', (t) =>
  t.field({
    type: [InvitationType],
    description: 'The open invitations of the workspace, newest first.',
    authScopes: { role: 'owner' },
    resolve: (_root, _args, { deps }) => deps.invitations.all(deps.now()),
  }),
)

builder.queryField('invitation', (t) =>
  t.field({
    type: PreviewType,
    nullable: true,
    description: 'What stands behind an invitation’s link; absent where it is not or no longer valid.',
    authScopes: { anyone: true },
    args: { token: t.arg.string({ required: true, description: 'What stands behind the # of the link.' }) },
    resolve: (_root, { token }, { hub, caller }) =>
      readInvitation(hub, token, caller?.kind === 'user' ? caller.email : undefined),
  }),
)

builder.mutationField('inviteMember', (t) =>
  t.field({
    type: CreatedInvitationType,
    description:
      'Makes a link for one person, good for a week and while you are an owner. An earlier one for them ends. No mail is sent.',
    authScopes: { role: 'owner' },
    errors: { types: [AlreadyMember, InputInvalid] },
    args: { email: t.arg.string({ required: true }), role: t.arg({ type: RoleEnum, required: true }) },
    resolve: (_root, args, { deps, actor }) => inviteMember(deps, actor, args),
  }),
)

builder.mutationField('createPasswordLink', (t) =>
  t.field({
    type: CreatedInvitationType,
    description:
      'Makes a link by which a member who forgot their password chooses a new one, good for a day and while you own all their workspaces.',
    authScopes: { role: 'owner' },
    errors: { types: [MemberNotFound, OwnsTooLittle] },
    args: { id: t.arg.id({ required: true, description: 'The id of the user.' }) },
    resolve: (_root, { id }, { deps, actor }) => createPasswordLink(deps, actor, id),
  }),
)

builder.mutationField('revokeInvitation', (t) =>
  t.field({
    type: DeletedType,
    description: 'Makes an invitation’s link worthless.',
    authScopes: { role: 'owner' },
    errors: { types: [InvitationNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => revokeInvitation(deps, id),
  }),
)
