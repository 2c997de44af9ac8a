import { createBrowser } from './browser.ts'
import type { Browser, Opened } from './browser.ts'
import type { TestHub } from './start-test-hub.ts'

/** A sign-in that has been begun in a browser. */
export interface BegunSignIn {
  browser: Browser
  /** The vendor's page. */
  url: string
  /** Goes through the vendor's page, up to the address that the vendor sends the browser back to. */
  agree(): Promise<string>
}

/** Begins a sign-in as the page of the hub does. */
export async function beginSignIn(
  hub: Pick<TestHub, 'url' | 'adminToken'>,
  connectionId: string,
  browser = createBrowser(),
  token = hub.adminToken,
): Promise<BegunSignIn> {
  const response = await browser.post(
    `${hub.url}/graphql`,
    {
      query: `mutation ($id: ID!) { startConnectionSignIn(id: $id) {
        ... on StartedConnectionSignIn { url } ... on HubError { code message }
      } }`,
      variables: { id: connectionId },
    },
    { authorization: `Bearer ${token}` },
  )
  const { data, errors } = await response.json()
  const url = data?.startConnectionSignIn?.url
  if (!url) throw new Error(JSON.stringify({ data, errors }))
  return {
    browser,
    url,
    agree: async () => (await browser.open(url, `${hub.url}/oauth/callback`)).url,
  }
}

/** Signs in from beginning to end; what the browser shows at last. */
export async function signInAs(
  hub: Pick<TestHub, 'url' | 'adminToken'>,
  connectionId: string,
): Promise<Opened> {
  const { browser, url } = await beginSignIn(hub, connectionId)
  return browser.open(url)
}
