import { z } from 'zod'
import { createBrowser } from '../../server/testing/browser.ts'
import type { Browser } from '../../server/testing/browser.ts'

/** What a change is answered with: fields of what was changed. */
type Changed = Record<string, unknown>

/**
 * Somebody who works with the hub, through its public API and with a session of their own. A session ends after some
 * days without a request, and in a hub whose clock is behind sooner: the database removes what is over by its own clock.
 * Who finds theirs gone signs in again.
 */
export interface Colleague {
  name: string
  email: string
  /** Holds the cookies; for signing in at a vendor. */
  browser: Browser
  /** Answers a query; throws what the API calls an error. */
  ask: (query: string, variables?: Record<string, unknown>) => Promise<Changed>
  /** Makes one change. Throws, in the hub’s own words, where it is refused. */
  change: (mutation: string, variables?: Record<string, unknown>) => Promise<Changed>
}

/** Long enough for the hub, easy to type, and worth nothing beyond this machine. */
export const PASSWORD = 'look-around-first'

const answer = z.object({
  data: z.looseObject({}).nullish(),
  errors: z
    .array(z.looseObject({ extensions: z.looseObject({ code: z.string().optional() }).optional() }))
    .optional(),
})
const refusal = z.looseObject({ code: z.string(), message: z.string() })
const changed = z.looseObject({})

/** How often somebody signs in again before they give up. */
const TRIES = 3

export function createColleague(hubUrl: string, { name, email }: { name: string; email: string }): Colleague {
  const browser = createBrowser()

  async function post(query: string, variables: Record<string, unknown>): Promise<z.output<typeof answer>> {
    const response = await browser.post(`${hubUrl}/graphql`, { query, variables })
    return answer.parse(await response.json())
  }

  async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Changed> {
    for (let tried = 1; ; tried++) {
      const { data, errors } = await post(query, variables)
      if (!errors && data) return data
      const isStranger = errors?.some(({ extensions }) => extensions?.code === 'unauthenticated') ?? false
      if (!isStranger || tried === TRIES)
        throw new Error(`${name} was answered ${JSON.stringify(errors)} to ${query}`)
      await signIn()
    }
  }

  async function signIn(): Promise<void> {
    await change(
      `mutation ($email: String!, $password: String!) {
        signIn(email: $email, password: $password) { ... on SignedIn { __typename } ... on HubError { code message } }
      }`,
      { email, password: PASSWORD },
    )
  }

  async function change(mutation: string, variables: Record<string, unknown> = {}): Promise<Changed> {
    const [made] = Object.values(await ask(mutation, variables))
    const refused = refusal.safeParse(made)
    if (refused.success) throw new Error(`${name} was refused: ${refused.data.message}`)
    return changed.parse(made)
  }

  return { name, email, browser, ask, change }
}
