import type { HubDeps } from '../deps.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { acceptInvitation } from './accept-invitation.ts'
import {
  InvitationUnusable,
  PasswordUnfit,
  SetUpClosed,
  SignInRefused,
  TooManyAttempts,
} from './account-errors.ts'
import { enter } from './enter.graphql.ts'
import type { SignedIn } from './open-session.ts'
import { IDENTITY_PATH } from './receive-identity.ts'
import { setUp } from './set-up.ts'
import { signIn } from './sign-in.ts'

export const SignedInType = builder.objectRef<SignedIn>('SignedIn').implement({
  description:
    'Somebody has signed in: the answer carries the cookie of their session. Ask `me` for the rest.',
  authScopes: { anyone: true },
  fields: (t) => ({
    userId: t.id({ resolve: ({ user }) => user.id }),
    name: t.string({ resolve: ({ user }) => user.name }),
  }),
})

builder.objectType(SignInRefused, {
  name: 'SignInRefused',
  description: 'Email and password do not go together, or nobody has this email: which of them is not said.',
  interfaces: [HubErrorType],
  authScopes: { anyone: true },
})

builder.objectType(TooManyAttempts, {
  name: 'TooManyAttempts',
  description: 'Too many wrong passwords in a short time.',
  interfaces: [HubErrorType],
  authScopes: { anyone: true },
  fields: (t) => ({ retryAfterSeconds: t.exposeInt('retryAfterSeconds') }),
})

builder.objectType(PasswordUnfit, {
  name: 'PasswordUnfit',
  description: 'A password that may not be chosen; the code says why.',
  interfaces: [HubErrorType],
  authScopes: { anyone: true },
})

builder.objectType(SetUpClosed, {
  name: 'SetUpClosed',
  description: 'The set-up link was used, has expired, or never was one.',
  interfaces: [HubErrorType],
  authScopes: { anyone: true },
})

builder.objectType(InvitationUnusable, {
  name: 'InvitationUnusable',
  description: 'The link was used, revoked, has expired, or never was one.',
  interfaces: [HubErrorType],
  authScopes: { anyone: true },
})

builder.mutationField('signIn', (t) =>
  t.field({
    type: SignedInType,
    description: 'Opens a session, whose cookie comes with the answer. A session that the browser had ends.',
    authScopes: { anyone: true },
    errors: { types: [SignInRefused, TooManyAttempts, InputInvalid] },
    args: { email: t.arg.string({ required: true }), password: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => enter(context, signIn(context.hub, args, context)),
  }),
)

builder.mutationField('setUp', (t) =>
  t.field({
    type: SignedInType,
    description: 'Makes the first owner, with the link that the first start prints, and signs them in.',
    authScopes: { anyone: true },
    errors: { types: [SetUpClosed, PasswordUnfit, InputInvalid] },
    args: {
      token: t.arg.string({ required: true, description: 'What stands behind the # of the link.' }),
      name: t.arg.string({ required: true }),
      email: t.arg.string({ required: true }),
      password: t.arg.string({ required: true }),
      workspaceName: t.arg.string({ required: true }),
    },
    resolve: (_root, args, context) => enter(context, setUp(context.hub, args, context)),
  }),
)

builder.mutationField('acceptInvitation', (t) =>
  t.field({
    type: SignedInType,
    description: 'Lets the invited person in and signs them in. What has to be given, `invitation` says.',
    authScopes: { anyone: true },
    errors: { types: [InvitationUnusable, SignInRefused, TooManyAttempts, PasswordUnfit, InputInvalid] },
    args: {
      token: t.arg.string({ required: true, description: 'What stands behind the # of the link.' }),
      name: t.arg.string(),
      password: t.arg.string({ description: 'The one they choose; where they have an account, their own.' }),
    },
    resolve: (_root, args, context) =>
      enter(context, acceptInvitation(context.hub, context.caller, args, context)),
  }),
)

const OidcOptionType = builder.objectRef<{ name: string; startUrl: string }>('OidcOption').implement({
  description: 'Signing in with an account that people have elsewhere.',
  authScopes: { anyone: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For the button.' }),
    startUrl: t.exposeString('startUrl', {
      description: 'Where the button leads. With ?to=/path it ends there; otherwise at the first page.',
    }),
  }),
})

const SignInOptionsType = builder.objectRef<HubDeps>('SignInOptions').implement({
  description: 'The ways in, for who stands before the door.',
  authScopes: { anyone: true },
  fields: (t) => ({
    isSetUp: t.boolean({
      description: 'False while nobody owns anything here: the hub prints a link when it starts.',
      resolve: ({ accounts }) => accounts.memberships.hasOwner(),
    }),
    oidc: t.field({
      type: OidcOptionType,
      nullable: true,
      resolve: ({ identityProvider, publicUrl }) =>
        identityProvider && { name: identityProvider.name, startUrl: publicUrl + IDENTITY_PATH },
    }),
  }),
})

builder.queryField('signInOptions', (t) =>
  t.field({
    type: SignInOptionsType,
    description: 'How people sign in here.',
    authScopes: { anyone: true },
    resolve: (_root, _args, { hub }) => hub,
  }),
)
