import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Configuration } from 'oidc-provider'

/** The vendor of `members-connector.ts`: a certified OAuth2 server (oidc-provider) with a small API behind it. */
export interface MembersVendor {
  url: string
  /** For SWITCHYARD_ALLOW_NETWORKS. */
  network: string
  /** What the token endpoint was asked, in order, and what it answered. */
  asked: { grantType: string; status: number; params: URLSearchParams; authorization: string | undefined }[]
  /** Members added, each with the access token it came with. */
  members: { email: string; token: string }[]
  /** Every access and refresh token that was given out. */
  given: Set<string>
  /** Registers where people may be sent back to; forgets all else. */
  sendsBackTo(...redirectUris: string[]): void
  /** Takes back everything that anybody has agreed to. */
  revokeAll(): Promise<void>
  /** How the next person answers, and what they untick. */
  consent: { denies: boolean; without: string[] }
  /** While set, the token endpoint answers this instead. */
  tokenTrouble: { status: number; body: string; headers?: Record<string, string> } | undefined
  /** Members are refused with 401 so many times although the token is good. */
  refusals: number
  /** While set, whoever wants to renew a token waits for it. */
  refreshesWaitFor: Promise<void> | undefined
  /** How long the token endpoint takes. */
  tokenDelayMs: number
  /** Grants that were revoked by the vendor itself because a refresh token came twice. */
  reuses: number
  close(): Promise<void>
}

export async function startMembersVendor(): Promise<MembersVendor> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const redirectUris: string[] = []
  let provider = new Provider(url, configuration(redirectUris))
  let oauth = provider.callback()

  const vendor: MembersVendor = {
    url,
    network: `127.0.0.1/32:${port}`,
    asked: [],
    members: [],
    given: new Set(),
    consent: { denies: false, without: [] },
    tokenTrouble: undefined,
    refusals: 0,
    refreshesWaitFor: undefined,
    tokenDelayMs: 0,
    reuses: 0,
    sendsBackTo(...uris) {
      redirectUris.push(...uris)
      provider = new Provider(url, configuration(redirectUris))
      oauth = provider.callback()
      provider.on('access_token.saved', ({ jti }) => vendor.given.add(jti))
      provider.on('refresh_token.saved', ({ jti }) => vendor.given.add(jti))
      provider.on('grant.revoked', () => void vendor.reuses++)
    },
    async revokeAll() {
      for (const id of grantIds) await provider.Grant.adapter.destroy(id)
      for (const id of grantIds) await provider.RefreshToken.revokeByGrantId(id)
      for (const id of grantIds) await provider.AccessToken.revokeByGrantId(id)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const grantIds = new Set<string>()
  server.on('request', (request, response) => void take(request, response))

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', url)
    if (pathname.startsWith('/api/')) return api(request, response, pathname)
    if (pathname.startsWith('/interaction/')) return interact(request, response)
    if (pathname.startsWith('/token')) return token(request, response)
    return void oauth(request, response)
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request)
    const params = new URLSearchParams(body)
    if (vendor.tokenDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, vendor.tokenDelayMs))
    if (params.get('grant_type') === 'refresh_token') await vendor.refreshesWaitFor
    const { authorization } = request.headers
    response.on('finish', () => {
      const grantType = params.get('grant_type') ?? ''
      vendor.asked.push({ grantType, status: response.statusCode, params, authorization })
    })
    const trouble = vendor.tokenTrouble
    // Status 0 is none: the connection just breaks.
    if (trouble?.status === 0) return void response.destroy()
    if (trouble) return void response.writeHead(trouble.status, trouble.headers).end(trouble.body)
    // What has been read already is handed on as Node's body parsers do.
    Object.assign(request, { body: Object.fromEntries(params) })
    return void oauth(request, response)
  }

  /** The vendor's page: somebody signs in and agrees, or not. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const details = await provider.interactionDetails(request, response)
    if (vendor.consent.denies) {
      const result = { error: 'access_denied', error_description: 'The person said no.' }
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
    }
    if (details.prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: 'ada' } })
    }
    const grant = new provider.Grant({ accountId: 'ada', clientId: String(details.params['client_id']) })
    const asked = String(details.params['scope']).split(' ')
    grant.addOIDCScope(asked.filter((scope) => !vendor.consent.without.includes(scope)).join(' '))
    const refused = asked.filter((scope) => vendor.consent.without.includes(scope))
    if (refused.length > 0) grant.rejectOIDCScope(refused.join(' '))
    const grantId = await grant.save()
    grantIds.add(grantId)
    return provider.interactionFinished(
      request,
      response,
      { consent: { grantId } },
      { mergeWithLastSubmission: true },
    )
  }

  async function api(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const body = await read(request)
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const found = (await provider.AccessToken.find(bearer)) ?? (await provider.ClientCredentials.find(bearer))
    const answer = (status: number, json: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    if (!found || vendor.refusals > 0) {
      vendor.refusals = Math.max(0, vendor.refusals - 1)
      return answer(401, { message: 'This token is not valid.' })
    }
    if (pathname === '/api/me') {
      return answer(200, {
        name: found.kind === 'AccessToken' ? found.accountId : `client ${found.clientId}`,
      })
    }
    vendor.members.push({ email: JSON.parse(body).email, token: bearer })
    return answer(201, { id: `m${vendor.members.length}`, echo: bearer })
  }

  return vendor
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function configuration(redirectUris: string[]): Configuration {
  return {
    clients: ['client_secret_post', 'client_secret_basic'].map((method, at) => ({
      client_id: at === 0 ? 'hub' : 'hub-basic',
      client_secret: 'a-secret-of-the-client',
      redirect_uris: redirectUris,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: method as 'client_secret_post',
    })),
    scopes: ['openid', 'offline_access', 'members:read', 'members:write'],
    cookies: { keys: ['a key for tests'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 3_600,
      ClientCredentials: 3_600,
      RefreshToken: 14 * 86_400,
      Grant: 14 * 86_400,
      Session: 3_600,
      Interaction: 600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
  }
}
