import type { TestHub } from '../../testing/start-test-hub.ts'
import type { Answer } from './ask-api.ts'

/** A browser: keeps the cookies that it is given and shows them again. */
export interface Browser {
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>
  /** What it would send as `Cookie`. */
  readonly cookie: string
  /** The `Set-Cookie` lines of the last answer. */
  readonly setCookies: readonly string[]
  /** Another one with the same cookies, as a thief would have it. */
  copy(): Browser
}

/** A browser on a page of the hub. Headers of a single request come on top of those that a browser sends. */
export function browserAt(hub: Pick<TestHub, 'url'>, kept: Iterable<[string, string]> = []): Browser {
  const jar = new Map(kept)
  let setCookies: readonly string[] = []
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    async ask(query, variables, headers = {}) {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'sec-fetch-site': 'same-origin',
          origin: hub.url,
          cookie: cookie(),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      })
      setCookies = response.headers.getSetCookie()
      for (const line of setCookies) {
        const [name = '', value = ''] = line.split(';')[0]!.split('=')
        if (/max-age=0/i.test(line)) jar.delete(name)
        else jar.set(name, value)
      }
      return { status: response.status, ...(await response.json()) }
    },
    get cookie() {
      return cookie()
    },
    get setCookies() {
      return setCookies
    },
    copy: () => browserAt(hub, jar),
  }
}
