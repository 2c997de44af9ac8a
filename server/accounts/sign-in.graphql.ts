import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { DeletedType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { PasswordUnfit, SetUpClosed, SignInRefused } from './account-errors.ts'
import type { SignedIn } from './open-session.ts'
import { setUp } from './set-up.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

const SignedInType = builder.objectRef<SignedIn>('SignedIn').implement({
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

builder.mutationField('signIn', (t) =>
  t.field({
    type: SignedInType,
    description: 'Opens a session, whose cookie comes with the answer. A session that the browser had ends.',
    authScopes: { anyone: true },
    errors: { types: [SignInRefused, InputInvalid] },
    args: { email: t.arg.string({ required: true }), password: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => enter(context, signIn(context.hub, args, whenceOf(context))),
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
    resolve: (_root, args, context) => enter(context, setUp(context.hub, args, whenceOf(context))),
  }),
)

builder.mutationField('signOut', (t) =>
  t.field({
    type: DeletedType,
    description: 'Ends this session at once, wherever its cookie may have got to.',
    authScopes: { user: true },
    resolve: async (_root, _args, { hub, caller, cookies }) => {
      cookies.dropSession()
      return signOut(hub, caller)
    },
  }),
)

async function enter({ hub, caller, cookies }: ApiContext, entering: Promise<SignedIn>): Promise<SignedIn> {
  const signedIn = await entering
  // Whoever had this browser before is out of it, and a session that was planted in it is worth nothing.
  await signOut(hub, caller)
  cookies.giveSession(signedIn.token)
  return signedIn
}

function whenceOf({ address, userAgent }: ApiContext) {
  return { address, userAgent }
}
