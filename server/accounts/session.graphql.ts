import { GraphQLError } from 'graphql'
import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { UserType, WorkspaceType } from '../graphql/refs.ts'
import { DeletedType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import {
  NotYourWorkspace,
  PasswordUnfit,
  SessionNotFound,
  SignInRefused,
  TooManyAttempts,
} from './account-errors.ts'
import { changeName } from './change-name.ts'
import { changePassword } from './change-password.ts'
import { enter } from './enter.graphql.ts'
import { revokeSession } from './revoke-session.ts'
import type { Caller } from './role.ts'
import type { Session } from './session-store.ts'
import { SignedInType } from './sign-in.graphql.ts'
import { signOut } from './sign-out.ts'
import { switchWorkspace } from './switch-workspace.ts'

const SessionType = builder.objectRef<Session>('Session').implement({
  description: 'A browser in which you have signed in.',
  authScopes: { user: true },
  fields: (t) => ({
    id: t.exposeID('id'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'To the minute.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'If nothing more is heard of it.' }),
    address: t.exposeString('address', { description: 'Where it was last seen.' }),
    userAgent: t.exposeString('userAgent', { description: 'What the browser calls itself.' }),
    isCurrent: t.boolean({ resolve: ({ id }, _args, context) => personOf(context).sessionId === id }),
  }),
})

builder.objectType(SessionNotFound, {
  name: 'SessionNotFound',
  description: 'You have no such session.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(NotYourWorkspace, {
  name: 'NotYourWorkspace',
  description: 'You are not a member of it.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.queryField('sessions', (t) =>
  t.field({
    type: [SessionType],
    description: 'Your own sessions, the last used first.',
    authScopes: { user: true },
    resolve: (_root, _args, context) => {
      const { hub } = context
      return hub.accounts.sessions.ofUser(personOf(context).id, hub.now())
    },
  }),
)

builder.mutationField('signOut', (t) =>
  t.field({
    type: DeletedType,
    description: 'Ends this session at once, wherever its cookie may have got to.',
    authScopes: { user: true },
    resolve: (_root, _args, { hub, caller, cookies }) => {
      cookies.dropSession()
      return signOut(hub, caller)
    },
  }),
)

builder.mutationField('signOutEverywhere', (t) =>
  t.int({
    description: 'Ends all your sessions at once, this one as well. Returns how many they were.',
    authScopes: { user: true },
    resolve: (_root, _args, context) => {
      context.cookies.dropSession()
      return context.hub.accounts.sessions.removeAll(personOf(context).id)
    },
  }),
)

builder.mutationField('revokeSession', (t) =>
  t.field({
    type: DeletedType,
    description: 'Ends one of your sessions at once.',
    authScopes: { user: true },
    errors: { types: [SessionNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => revokeSession(context.hub, personOf(context).id, id),
  }),
)

builder.mutationField('switchWorkspace', (t) =>
  t.field({
    type: WorkspaceType,
    description:
      'Makes this session look at another of your workspaces. One request alone can name it with Switchyard-Workspace.',
    authScopes: { user: true },
    errors: { types: [NotYourWorkspace] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => {
      const { id: userId, sessionId } = personOf(context)
      return switchWorkspace(context.hub, { userId, sessionId }, id)
    },
  }),
)

builder.mutationField('changeName', (t) =>
  t.field({
    type: UserType,
    description: 'Changes your own name.',
    authScopes: { user: true },
    errors: { types: [InputInvalid] },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, context) => changeName(context.hub, personOf(context).id, name),
  }),
)

builder.mutationField('changePassword', (t) =>
  t.field({
    type: SignedInType,
    description: 'Changes your own password. All your other sessions end, and this one gets a new cookie.',
    authScopes: { user: true },
    errors: { types: [SignInRefused, TooManyAttempts, PasswordUnfit] },
    args: { current: t.arg.string({ required: true }), next: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => {
      const { name, email } = personOf(context)
      const own = { name, email, workspaceId: context.workspaceId }
      return enter(context, changePassword(context.hub, own, args, context))
    },
  }),
)

/** What `authScopes: { user: true }` has let through. */
function personOf({ caller }: ApiContext): Extract<Caller, { kind: 'user' }> {
  if (caller?.kind === 'user') return caller
  throw new GraphQLError('This is about an account of your own: sign in with a browser.', {
    extensions: { code: 'forbidden' },
  })
}
