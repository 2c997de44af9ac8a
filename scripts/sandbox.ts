import type { Server } from 'node:http'
import { parseArgs } from 'node:util'
import { hubspotStandIn } from './sandbox/hubspot.ts'
import { createStandIn } from './sandbox/stand-in.ts'
import { webhookSink } from './sandbox/webhook-sink.ts'

const usage = `npm run sandbox -- [options]

Starts stand-ins for vendors on 127.0.0.1, so that the hub can be tried without any account.

  --hubspot <port>   default 4010
  --webhooks <port>  default 4011
  --token <token>    the access token that the HubSpot stand-in takes; default sandbox-token
  --secret <secret>  what the webhook sink checks signatures with`

export interface Sandbox {
  hubspot: string
  webhooks: string
  /** The value the hub needs in SWITCHYARD_ALLOW_NETWORKS to be let through to them. */
  allowNetworks: string
  close: () => Promise<void>
}

export interface SandboxOptions {
  /** Port 0 takes any that is free. */
  hubspotPort: number
  webhooksPort: number
  token: string
  secret: string
  now?: () => Date
}

/** Starts the stand-ins. Rejects when a port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? (() => new Date())
  const hubspot = createStandIn(hubspotStandIn(options.token, now), now)
  const webhooks = createStandIn(webhookSink(options.secret, now), now)
  const hubspotPort = await listen(hubspot, options.hubspotPort)
  const webhooksPort = await listen(webhooks, options.webhooksPort).catch(async (error: unknown) => {
    await close(hubspot)
    throw error
  })
  return {
    hubspot: `http://127.0.0.1:${hubspotPort}`,
    webhooks: `http://127.0.0.1:${webhooksPort}`,
    allowNetworks: `127.0.0.1/32:${hubspotPort},127.0.0.1/32:${webhooksPort}`,
    close: async () => {
      await Promise.all([close(hubspot), close(webhooks)])
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Error(
          `Port ${port} cannot be used (${cause.message}). Choose another with --hubspot or --webhooks.`,
          { cause },
        ),
      ),
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(address === null || typeof address === 'string' ? port : address.port)
    })
  })
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hubspot: { type: 'string', default: '4010' },
      webhooks: { type: 'string', default: '4011' },
      token: { type: 'string', default: 'sandbox-token' },
      secret: { type: 'string', default: 'whsec_c2FuZGJveC1zaWduaW5nLXNlY3JldC1mb3ItZGVtb3M=' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const { token, secret } = values
  const ports = { hubspotPort: Number(values.hubspot), webhooksPort: Number(values.webhooks) }
  const sandbox = await startSandbox({ ...ports, token, secret })
  console.log(`HubSpot       ${sandbox.hubspot}   access token ${token}`)
  console.log(`Webhook sink  ${sandbox.webhooks}   signing secret ${secret}`)
  console.log(
    '\nStart the hub with this, and give a HubSpot connection the address above as its API address:\n',
  )
  console.log(`SWITCHYARD_ALLOW_NETWORKS=${sandbox.allowNetworks}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
