import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** Who sits before the browser, as the provider knows them. */
export interface Person {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

/** A certified OpenID provider (oidc-provider), with whoever is `person` signing in without a question. */
export interface TestIdentityProvider {
  url: string
  /** For SWITCHYARD_ALLOW_NETWORKS. */
  network: string
  clientId: string
  clientSecret: string
  person: Person
  /** They say no instead. */
  denies: boolean
  /** Registers where people may be sent back to. */
  sendsBackTo(redirectUri: string): void
  close(): Promise<void>
}

export async function startIdentityProvider(): Promise<TestIdentityProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  let oidc: Provider | undefined

  const provider: TestIdentityProvider = {
    url,
    network: `127.0.0.1/32:${port}`,
    clientId: 'switchyard',
    clientSecret: 'the secret of the hub at the provider',
    person: { sub: 'nobody' },
    denies: false,
    sendsBackTo(redirectUri) {
      oidc = open(redirectUri)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  server.on('request', (request, response) => void take(request, response))
  return provider

  function open(redirectUri: string): Provider {
    return new Provider(url, {
      clients: [
        {
          client_id: provider.clientId,
          client_secret: provider.clientSecret,
          redirect_uris: [redirectUri],
        },
      ],
      scopes: ['openid', 'email', 'profile'],
      claims: { email: ['email', 'email_verified'], profile: ['name'] },
      cookies: { keys: ['a key for tests'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      findAccount: (_ctx, accountId) => ({
        accountId,
        claims: async () => ({ ...provider.person, sub: accountId }),
      }),
    })
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!oidc) return void response.writeHead(503).end()
    if (!request.url?.startsWith('/interaction/')) return void oidc.callback()(request, response)
    const details = await oidc.interactionDetails(request, response)
    if (provider.denies) {
      return oidc.interactionFinished(request, response, { error: 'access_denied' })
    }
    if (details.prompt.name === 'login') {
      return oidc.interactionFinished(request, response, { login: { accountId: provider.person.sub } })
    }
    const grant = new oidc.Grant({ accountId: provider.person.sub, clientId: provider.clientId })
    grant.addOIDCScope(String(details.params['scope']))
    return oidc.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
  }
}
