import { z } from 'zod'
import type { Sandbox } from '../sandbox.ts'
import { sandboxSpreadsheet } from '../sandbox/google-sheets.ts'
import { googleClient } from '../sandbox/google-sign-in.ts'
import { mauticUser } from '../sandbox/mautic.ts'
import type { Colleague } from './colleague.ts'
import { secrets } from './secrets.ts'

/** A connection of the demo, and where its vendor posts to. */
export interface Tool {
  id: string
  hookUrl: string
}

const names = [
  'website',
  'stripe',
  'hubspot',
  'activecampaign',
  'mautic',
  'sheets',
  'calendar',
  'mail',
  'chat',
  'portal',
] as const
export type ToolName = (typeof names)[number]
export type Tools = Record<ToolName, Tool>

interface ToConnect {
  connectorId: string
  name: string
  apiUrl?: string
  credentials: Record<string, unknown>
}

/** Connects everything that the company uses, and signs in where a vendor wants a person. */
export async function connectTools(ops: Colleague, sandbox: Sandbox): Promise<Tools> {
  const sheetsKey = await (await fetch(`${sandbox['google-sheets']}/_service-account.json`)).text()
  const connect = async (what: ToConnect): Promise<Tool> =>
    connected.parse(
      await ops.change(
        `mutation ($connectorId: String!, $name: String!, $apiUrl: String, $credentials: JSON!) {
          createConnection(connectorId: $connectorId, name: $name, apiUrl: $apiUrl, credentials: $credentials) {
            ... on Connection { id hookUrl } ... on HubError { code message }
          }
        }`,
        { ...what },
      ),
    )
  const tools: Tools = {
    website: await connect({
      connectorId: 'webhook',
      name: 'Website',
      credentials: { incomingCheck: 'standard_webhooks', incomingSecret: secrets.website },
    }),
    stripe: await connect({
      connectorId: 'stripe',
      name: 'Stripe',
      credentials: { signingSecret: secrets.stripe },
    }),
    hubspot: await connect({
      connectorId: 'hubspot',
      name: 'HubSpot',
      apiUrl: sandbox.hubspot,
      credentials: { accessToken: secrets.sandbox },
    }),
    activecampaign: await connect({
      connectorId: 'activecampaign',
      name: 'ActiveCampaign',
      credentials: { accountUrl: sandbox.activecampaign, apiKey: secrets.sandbox },
    }),
    mautic: await connect({
      connectorId: 'mautic',
      name: 'Mautic',
      credentials: { baseUrl: sandbox.mautic, userName: mauticUser, password: secrets.sandbox },
    }),
    sheets: await connect({
      connectorId: 'google-sheets',
      name: 'Campaign sheet',
      apiUrl: sandbox['google-sheets'],
      credentials: { serviceAccountKey: sheetsKey, spreadsheet: sandboxSpreadsheet },
    }),
    calendar: await connect({
      connectorId: 'google-calendar',
      name: 'Ana’s calendar',
      apiUrl: sandbox['google-calendar'],
      credentials: { signIn: 'google_account', clientId: googleClient, clientSecret: secrets.sandbox },
    }),
    mail: await connect({
      connectorId: 'smtp',
      name: 'Mail',
      credentials: {
        host: '127.0.0.1',
        port: sandbox.smtpPort,
        user: 'hub@example.org',
        password: secrets.sandbox,
        trustAnyCertificate: true,
        fromAddress: 'hello@fernwick.example',
        fromName: 'Fernwick',
      },
    }),
    chat: await connect({
      connectorId: 'webhook',
      name: 'Team chat',
      credentials: { baseUrl: sandbox.webhooks, signingSecret: secrets.sink },
    }),
    portal: await connect({
      connectorId: 'webhook',
      name: 'Partner portal',
      credentials: { incomingCheck: 'standard_webhooks', incomingSecret: secrets.portal },
    }),
  }
  await signIn(ops, tools.calendar)
  for (const name of names) if (!postsOnly.has(name)) await check(ops, tools[name])
  return tools
}

/** They are only listened to; there is nobody to ask whether it works. */
const postsOnly = new Set<ToolName>(['website', 'portal', 'chat'])

const connected = z.object({ id: z.string(), hookUrl: z.string() })

/** Agrees on the vendor’s page, as a person would. */
async function signIn(ops: Colleague, { id }: Tool): Promise<void> {
  const started = await ops.change(
    `mutation ($id: ID!) {
      startConnectionSignIn(id: $id) { ... on StartedConnectionSignIn { url } ... on HubError { code message } }
    }`,
    { id },
  )
  const { url } = z.object({ url: z.string() }).parse(started)
  await ops.browser.open(`${url}&answer=agree`)
}

async function check(ops: Colleague, { id }: Tool): Promise<void> {
  const checked = await ops.change(
    `mutation ($id: ID!) {
      checkConnection(id: $id) { ... on ConnectionCheck { ok reason { code } } ... on HubError { code message } }
    }`,
    { id },
  )
  if (checked.ok !== true)
    throw new Error(`A stand-in does not answer as it should: ${JSON.stringify(checked)}`)
}
