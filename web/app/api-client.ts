import { cacheExchange, Client, fetchExchange, mapExchange } from 'urql'
import type { CombinedError } from 'urql'
import { isTabTakenAway } from './other-tabs.ts'
import { noticingFetch } from './reachability.ts'

/** Speaks with the hub as whoever is signed in: the session is a cookie that scripts cannot read. */
export function createApiClient(onSignedOut: () => void): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: fetchAsOneself,
    fetchOptions: { credentials: 'same-origin' },
    // Subscriptions come as server-sent events over the same address.
    fetchSubscriptions: true,
    // What is known is shown at once, and asked again at the same time.
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange,
      mapExchange({
        onError(error) {
          if (isSignedOut(error)) onSignedOut()
        },
      }),
      fetchExchange,
    ],
  })
}

async function fetchAsOneself(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  if (isTabTakenAway()) throw new Error('Somebody else is signed in by now.')
  return noticingFetch(input, init)
}

/** The session has ended, or there never was one. */
export function isSignedOut({ graphQLErrors, response }: CombinedError): boolean {
  const answer: unknown = response
  const isRefused = answer instanceof Response && answer.status === 401
  return isRefused || graphQLErrors.some(({ extensions }) => extensions['code'] === 'unauthenticated')
}
