import type { Reason } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ConnectionType } from '../graphql/refs.ts'
import { ReasonType } from '../graphql/shared.graphql.ts'
import { ConnectionNotFound, ConnectionUnusable } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { SignInElsewhere, SignInNotOffered } from './sign-in-errors.ts'
import type { SignIn } from './sign-in-of.ts'
import { signOut } from './sign-out.ts'
import { startSignIn } from './start-sign-in.ts'
import type { StartedSignIn } from './start-sign-in.ts'

const SignInStateEnum = builder.enumType('ConnectionSignInState', {
  description: 'Where signing in at the vendor stands.',
  values: {
    not_needed: { description: 'The connection works with what was typed in.' },
    needed: { description: 'Nobody is signed in, or the vendor no longer accepts it: deliveries wait.' },
    signed_in: { description: 'Somebody has signed in, and the hub renews that by itself where it can.' },
  } as const,
})

export const SignInType = builder.objectRef<SignIn>('ConnectionSignIn').implement({
  description: 'Signing in at the vendor by its own page. Tokens never come back over the API.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    state: t.expose('state', { type: SignInStateEnum }),
    account: t.exposeString('account', { nullable: true, description: 'As whom, in the vendor’s words.' }),
    signedInAt: t.expose('signedInAt', { type: 'DateTime', nullable: true }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the present access token ends. Where `renewsItself`, the next one is there before.',
    }),
    renewsItself: t.exposeBoolean('renewsItself', {
      description: 'False where the vendor gave nothing to renew it with: it has to be done again by hand.',
    }),
    scopes: t.exposeStringList('scopes', { description: 'What the person agreed to.' }),
    missingScopes: t.exposeStringList('missingScopes', {
      description: 'What was asked for and not agreed to: actions that need it are refused by the vendor.',
    }),
    reason: t.expose('reason', { type: ReasonType, nullable: true, description: 'Why it is needed.' }),
  }),
})

const StartedSignInType = builder.objectRef<StartedSignIn>('StartedConnectionSignIn').implement({
  description: 'A sign-in to be finished in the browser that began it.',
  authScopes: { role: 'ops' },
  fields: (t) => ({
    url: t.exposeString('url', { description: 'The vendor’s page, to be opened in a window of its own.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'After this it has to be begun anew.',
    }),
  }),
})

const SignedOutType = builder
  .objectRef<{ id: string; connection: Connection; leftBehind: Reason[] }>('SignedOutConnection')
  .implement({
    description: 'A connection whose tokens are forgotten.',
    authScopes: { role: 'ops' },
    fields: (t) => ({
      connection: t.expose('connection', { type: ConnectionType }),
      leftBehind: t.expose('leftBehind', {
        type: [ReasonType],
        description: 'What could not be undone at the vendor and is left for a person to do there.',
      }),
    }),
  })

builder.objectType(SignInNotOffered, {
  name: 'SignInNotOffered',
  description: 'The connection works with what was typed in.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(SignInElsewhere, {
  name: 'SignInElsewhere',
  description: 'The page is open at another address than the one the vendor sends people back to.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.mutationField('startConnectionSignIn', (t) =>
  t.field({
    type: StartedSignInType,
    description:
      'Begins signing in at the vendor. Call it in the browser in which the person will sign in: a cookie set here is what finishes it.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound, ConnectionUnusable, SignInNotOffered, SignInElsewhere] },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { deps, caller, actor, origin, cookies }) => {
      const name = caller?.kind === 'operator' ? 'Operator' : (caller?.name ?? '')
      const started = await startSignIn(deps, id, { startedBy: { id: actor, name }, origin })
      cookies.keepSignIn(started.cookie)
      return started
    },
  }),
)

builder.mutationField('signOutConnection', (t) =>
  t.field({
    type: SignedOutType,
    description: 'Forgets the tokens, and asks the vendor to. Deliveries wait until somebody signs in again.',
    authScopes: { role: 'ops' },
    errors: { types: [ConnectionNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => signOut(deps, id),
  }),
)
