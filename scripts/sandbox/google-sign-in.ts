import { createHash, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { noToken, scopeMissing, wrongToken } from './google-errors.ts'
import { signInStandIn } from './sign-in.ts'
import type { SignIn } from './sign-in.ts'
import type { Answered, Asked } from './stand-in.ts'

/** Whose access token it is, and for what. */
export interface Principal {
  kind: 'person' | 'service_account'
  email: string
  scopes: readonly string[]
}

/** The application that people sign in with; its secret is the sandbox's token. */
export const googleClient = 'sandbox.apps.googleusercontent.com'
/** Who signs in. */
export const googlePerson = 'ana@shop.example'
const serviceAccount = 'switchyard@sandbox.iam.gserviceaccount.com'
const audience = 'https://oauth2.googleapis.com/token'

export interface GoogleSignIn extends Pick<SignIn, 'answer' | 'state' | 'reset'> {
  /** Who asks, or Google's answer to somebody whose token is missing, over, or for something else. */
  whoAsks(asked: Asked, scopes: readonly string[]): Principal | Answered
}

/**
 * Google's sign-in, of people and of one service account, whose key file is at `/_service-account.json`. The sandbox's
 * token is an access token too, so that the API can be tried by hand.
 */
export function googleSignIn(token: string, scopes: readonly string[], now: () => Date): GoogleSignIn {
  const signIn = signInStandIn(
    {
      vendor: 'Google',
      paths: { authorize: '/o/oauth2/v2/auth', token: '/token', revoke: '/revoke' },
      clients: { [googleClient]: token },
      account: googlePerson,
      scopes,
      rotates: false,
      isOffline: (query) => query.get('access_type') === 'offline',
      accessSeconds: 3599,
      // A refresh token ends when nobody has used it for six months (developers.google.com/identity, read 2026-11).
      refreshSeconds: 180 * 86_400,
      serviceAccount: { email: serviceAccount, publicKey: keyFile().publicKey, audience },
    },
    now,
  )
  return {
    state: () => ({
      'Service account': `${serviceAccount}, its key: /_service-account.json`,
      ...signIn.state(),
    }),
    reset: () => signIn.reset(),
    answer(asked) {
      if (asked.path !== '/_service-account.json') return signIn.answer(asked)
      return { status: 200, json: keyFile().content, note: 'the file that Google would let you download' }
    },
    whoAsks(asked, wanted) {
      const { authorization } = asked.headers
      if (authorization === undefined) return noToken()
      if (authorization === `Bearer ${token}`) return { kind: 'person', email: googlePerson, scopes: wanted }
      const bearer = signIn.bearer(asked)
      if (!bearer) return wrongToken()
      if (!wanted.every((scope) => bearer.scopes.includes(scope))) return scopeMissing()
      const kind = bearer.account === serviceAccount ? 'service_account' : 'person'
      return { kind, email: bearer.account, scopes: bearer.scopes }
    },
  }
}

interface KeyFile {
  content: Record<string, string>
  publicKey: KeyObject
}
let made: KeyFile | undefined

/** What Google gives out as a JSON file, and what it checks with. Made when it is first asked for, anew in every process. */
function keyFile(): KeyFile {
  if (made) return made
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const content = {
    type: 'service_account',
    project_id: 'sandbox',
    private_key_id: createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex')
      .slice(0, 40),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: serviceAccount,
    token_uri: audience,
  }
  made = { content, publicKey }
  return made
}

/** What a request's body holds; nothing where it is no JSON. */
export function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
