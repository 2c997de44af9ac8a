import { z } from 'zod'
import { createBrowser } from '../../server/testing/browser.ts'
import type { Browser } from '../../server/testing/browser.ts'

/** What a change is answered with: fields of what was changed. */
type Changed = Record<string, unknown>

/** Somebody who works with the hub, through its public API and with a session of their own. */
export interface Colleague {
  name: string
  email: string
  /** Holds the cookies; for signing in at a vendor. */
  browser: Browser
  /** Answers a query; throws what the API calls an error. */
  ask: (query: string, variables?: Record<string, unknown>) => Promise<Changed>
  /** Makes one change. Throws, in the hub’s own words, where it is refused. */
  change: (mutation: string, variables?: Record<string, unknown>) => Promise<Changed>
  /** A session ends after some days without a request; so who comes back signs in again. */
  signIn: () => Promise<void>
}

/** Long enough for the hub, easy to type, and worth nothing beyond this machine. */
export const PASSWORD = 'look-around-first'

const answer = z.object({ data: z.looseObject({}).nullish(), errors: z.array(z.unknown()).optional() })
const refusal = z.looseObject({ code: z.string(), message: z.string() })
const changed = z.looseObject({})

export function createColleague(hubUrl: string, { name, email }: { name: string; email: string }): Colleague {
  const browser = createBrowser()

  async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Changed> {
    const response = await browser.post(`${hubUrl}/graphql`, { query, variables })
    const { data, errors } = answer.parse(await response.json())
    if (errors || !data) throw new Error(`${name} was answered ${JSON.stringify(errors)} to ${query}`)
    return data
  }

  async function change(mutation: string, variables: Record<string, unknown> = {}): Promise<Changed> {
    const [made] = Object.values(await ask(mutation, variables))
    const refused = refusal.safeParse(made)
    if (refused.success) throw new Error(`${name} was refused: ${refused.data.message}`)
    return changed.parse(made)
  }

  return {
    name,
    email,
    browser,
    ask,
    change,
    async signIn() {
      await change(
        `mutation ($email: String!, $password: String!) {
          signIn(email: $email, password: $password) { ... on SignedIn { __typename } ... on HubError { code message } }
        }`,
        { email, password: PASSWORD },
      )
    },
  }
}
