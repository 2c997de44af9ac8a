import type { SecretPlace } from '../hook.ts'
import type { Signature } from '../signature.ts'
import { accepted, refused } from '../signature.ts'

interface Presented<C> {
  scheme: string
  place: SecretPlace
  /** The spellings that pass; the first is the one a sender writes. Empty: nothing is configured. */
  spellings: (credentials: C) => readonly string[]
}

/** A secret that travels with the request as it stands; compared by the hook itself, which may hold only its hash. */
function presented<C>({ scheme, place, spellings }: Presented<C>): Signature<C> {
  return {
    scheme,
    secretPlaces: () => [place],
    verify(hook, credentials) {
      const expected = credentials.flatMap((each) => spellings(each))
      if (expected.length === 0) return refused('secret_missing')
      const answers = expected.map((each) => hook.carries(place, each))
      if (answers.includes('yes')) return accepted
      return refused(answers.includes('no') ? 'secret_mismatch' : 'secret_not_presented', nameOf(place))
    },
    sign: (_request, credentials) =>
      'header' in place ? { [place.header]: spellings(credentials)[0] ?? '' } : {},
    signAddress(url, credentials) {
      if ('header' in place) return url
      const address = new URL(url)
      address.searchParams.set(place.query, spellings(credentials)[0] ?? '')
      return address.href
    },
  }
}

const nameOf = (place: SecretPlace): Record<string, string> =>
  'header' in place ? { header: place.header } : { query: place.query }

const given = (secret: string | undefined): string[] => (secret ? [secret] : [])

/** A header that equals a secret. */
export function headerSecret<C>(options: {
  header: string
  secret: (credentials: C) => string | undefined
}): Signature<C> {
  const place = { header: options.header.toLowerCase() }
  return presented({
    scheme: 'header',
    place,
    spellings: (credentials) => given(options.secret(credentials)),
  })
}

/** A parameter of the address that equals a secret. */
export function querySecret<C>(options: {
  query: string
  secret: (credentials: C) => string | undefined
}): Signature<C> {
  const place = { query: options.query }
  return presented({ scheme: 'query', place, spellings: (credentials) => given(options.secret(credentials)) })
}

/** `Authorization: Bearer <secret>`. */
export function bearer<C>(options: { secret: (credentials: C) => string | undefined }): Signature<C> {
  return presented({
    scheme: 'bearer',
    place: { header: 'authorization' },
    // The scheme's name has no fixed case, and a stored receipt can only be asked for whole values.
    spellings: (credentials) =>
      given(options.secret(credentials)).flatMap((secret) => [`Bearer ${secret}`, `bearer ${secret}`]),
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
    spellings: (credentials) =>
      given(options.password(credentials)).map((password) => {
        const pair = Buffer.from(`${options.user(credentials) ?? ''}:${password}`).toString('base64')
        return `Basic ${pair}`
      }),
  })
}
