import type { SecretPlace } from '../hook.ts'
import type { Signature } from '../signature.ts'
import { accepted, refused } from '../signature.ts'

interface Presented<C> {
  scheme: string
  place: SecretPlace
  /** What stands there; `undefined` or empty: nothing is configured. */
  value: (credentials: C) => string | undefined
}

/** A secret that travels with the request as it stands; compared by the hook itself, which may hold only its hash. */
function presented<C>({ scheme, place, value }: Presented<C>): Signature<C> {
  return {
    scheme,
    secretPlaces: () => [place],
    verify(hook, credentials) {
      const expected = credentials.flatMap((each) => value(each) || [])
      if (expected.length === 0) return refused('secret_missing')
      const answers = expected.map((each) => hook.carries(place, each))
      if (answers.includes('yes')) return accepted
      return refused(answers.includes('no') ? 'secret_mismatch' : 'secret_not_presented', nameOf(place))
    },
    sign: (_request, credentials) => ('header' in place ? { [place.header]: value(credentials) ?? '' } : {}),
    signAddress(url, credentials) {
      if ('header' in place) return url
      const address = new URL(url)
      address.searchParams.set(place.query, value(credentials) ?? '')
      return address.href
    },
  }
}

const nameOf = (place: SecretPlace): Record<string, string> =>
  'header' in place ? { header: place.header } : { query: place.query }

/** A header that equals a secret. */
export function headerSecret<C>(options: {
  header: string
  secret: (credentials: C) => string | undefined
}): Signature<C> {
  const place = { header: options.header.toLowerCase() }
  return presented({ scheme: 'header', place, value: options.secret })
}

/** A parameter of the address that equals a secret. */
export function querySecret<C>(options: {
  query: string
  secret: (credentials: C) => string | undefined
}): Signature<C> {
  const place = { query: options.query }
  return presented({ scheme: 'query', place, value: options.secret })
}

/** `Authorization: Bearer <secret>`. */
export function bearer<C>(options: { secret: (credentials: C) => string | undefined }): Signature<C> {
  return presented({
    scheme: 'bearer',
    place: { header: 'authorization' },
    value: (credentials) => {
      const secret = options.secret(credentials)
      return secret ? `Bearer ${secret}` : undefined
    },
  })
}

/** `Authorization: Basic <user:password>`. */
export function basic<C>(options: {
  user: (credentials: C) => string | undefined
  password: (credentials: C) => string | undefined
}): Signature<C> {
  return presented({
    scheme: 'basic',
    place: { header: 'authorization' },
    value: (credentials) => {
      const password = options.password(credentials)
      if (!password) return undefined
      return `Basic ${Buffer.from(`${options.user(credentials) ?? ''}:${password}`).toString('base64')}`
    },
  })
}
