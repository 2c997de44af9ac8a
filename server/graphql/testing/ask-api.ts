import type { TestHub } from '../../testing/start-test-hub.ts'

/** What the API answered, errors and all. */
export interface Answer {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely.
  data?: any
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string; reference?: string } }[]
}

export interface Ask {
  (query: string, variables?: Record<string, unknown>): Promise<Answer>
}

/** Somebody who asks the API: with a token, or as the operator in a workspace. */
export function askingAs(
  hub: Pick<TestHub, 'url'>,
  { token, workspaceId }: { token?: string; workspaceId?: string },
): Ask {
  return async (query, variables) => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(workspaceId ? { 'switchyard-workspace': workspaceId } : {}),
      },
      body: JSON.stringify({ query, variables }),
    })
    return { status: response.status, ...(await response.json()) }
  }
}

/** A token of this role, made by `owner`. */
export async function tokenOf(owner: Ask, role: string): Promise<string> {
  const answer = await owner(
    `mutation { createToken(name: "${role}", role: ${role}) { ... on CreatedToken { secret } } }`,
  )
  return answer.data.createToken.secret
}
