import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'
import { parseArgs } from 'node:util'
import { Mistyped } from './command-line/mistyped.ts'
import { runCommand } from './command-line/run-command.ts'
import { ports as portRange, wholeNumber } from './command-line/whole-number.ts'
import { activecampaignStandIn } from './sandbox/activecampaign.ts'
import { googleCalendarStandIn } from './sandbox/google-calendar.ts'
import { googleSheetsStandIn, sandboxSpreadsheet } from './sandbox/google-sheets.ts'
import { googleClient } from './sandbox/google-sign-in.ts'
import { hubspotStandIn } from './sandbox/hubspot.ts'
import { mailServer } from './sandbox/mail-server.ts'
import { mauticClient, mauticStandIn, mauticUser } from './sandbox/mautic.ts'
import { stripeStandIn } from './sandbox/stripe.ts'
import { createStandIn } from './sandbox/stand-in.ts'
import type { Character } from './sandbox/stand-in.ts'
import { webhookSink } from './sandbox/webhook-sink.ts'

/** What stand-ins take as genuine. */
export interface SandboxSecrets {
  /** The token, key or password that every vendor takes. */
  token: string
  /** What the webhook sink checks signatures with. */
  secret: string
}

interface StandIn {
  title: string
  /** Where it is unless somebody says otherwise. */
  port: number
  play: (secrets: SandboxSecrets, now: () => Date) => Character
  /** What to type into the connection's form. */
  credentials: (secrets: SandboxSecrets) => string
}

const mailUser = 'hub@example.org'

/** Every vendor that can be played. A new one is added here and has its own `--<name> <port>`. */
const standIns = {
  hubspot: {
    title: 'HubSpot',
    port: 4010,
    play: ({ token }, now) => hubspotStandIn(token, now),
    credentials: ({ token }) => `access token ${token}`,
  },
  webhooks: {
    title: 'Webhook sink',
    port: 4011,
    play: ({ secret }, now) => webhookSink(secret, now),
    credentials: ({ secret }) => `signing secret ${secret}`,
  },
  activecampaign: {
    title: 'ActiveCampaign',
    port: 4012,
    play: ({ token }, now) => activecampaignStandIn(token, now),
    credentials: ({ token }) => `API key ${token}`,
  },
  mautic: {
    title: 'Mautic',
    port: 4013,
    play: ({ token }, now) => mauticStandIn(token, now),
    credentials: ({ token }) =>
      `user ${mauticUser}, password ${token}; public key ${mauticClient}, secret key ${token}`,
  },
  stripe: {
    title: 'Stripe',
    port: 4014,
    play: ({ token, secret }, now) => stripeStandIn(token, secret, now),
    credentials: ({ token }) => `secret key rk_test_${token}, with “Let the hub set the webhook up”`,
  },
  'google-sheets': {
    title: 'Google Sheets',
    port: 4016,
    play: ({ token }, now) => googleSheetsStandIn(token, now),
    credentials: ({ token }) =>
      `spreadsheet ${sandboxSpreadsheet}; service account key at /_service-account.json, or client ${googleClient}, secret ${token}`,
  },
  'google-calendar': {
    title: 'Google Calendar',
    port: 4017,
    play: ({ token }, now) => googleCalendarStandIn(token, now),
    credentials: ({ token }) =>
      `calendar sales@shop.example; service account key at /_service-account.json, or client ${googleClient}, secret ${token}`,
  },
  mail: {
    title: 'Mail server',
    port: 4020,
    play: ({ token }, now) => mailServer({ user: mailUser, password: token }, now),
    credentials: ({ token }) =>
      `host 127.0.0.1, user ${mailUser}, password ${token}, starttls with “trust any certificate”`,
  },
} satisfies Record<string, StandIn>

export type StandInName = keyof typeof standIns

const names: readonly StandInName[] = Object.keys(standIns).filter((name): name is StandInName =>
  Object.hasOwn(standIns, name),
)

const usage = `npm run sandbox -- [options]

Starts stand-ins for vendors on 127.0.0.1, so that the hub can be tried without any account.

${names.map((name) => `  --${name} <port>`.padEnd(28) + `${standIns[name].title}; default ${standIns[name].port}`).join('\n')}
  --smtp <port>             the mail server itself, whose page is the above; default 4025
  --only <name,…>           only these; default all
  --token <token>           the token, key or password that every vendor takes; default sandbox-token
  --secret <secret>         what the webhook sink checks signatures with`

/** The addresses of the stand-ins; empty for those that were not asked for. */
export interface Sandbox extends Record<StandInName, string> {
  /** The port at which the mail server takes mail. */
  smtpPort: number | undefined
  /** The value the hub needs in SWITCHYARD_ALLOW_NETWORKS to be let through to them. */
  allowNetworks: string
  close: () => Promise<void>
}

export interface SandboxOptions extends Partial<SandboxSecrets> {
  /** Default: any port that is free. */
  ports?: Partial<Record<StandInName | 'smtp', number>>
  /** Default: all. */
  only?: readonly StandInName[]
  now?: () => Date
}

const defaults: SandboxSecrets = {
  token: 'sandbox-token',
  secret: 'whsec_c2FuZGJveC1zaWduaW5nLXNlY3JldC1mb3ItZGVtb3M=',
}

/** Starts the stand-ins. Rejects when a port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { only = names, ports = {}, now = () => new Date(), ...given } = options
  const secrets = { ...defaults, ...given }
  const started = new Map<StandInName | 'smtp', { port: number; end: () => Promise<void> }>()
  const close = async () => {
    await Promise.all([...started.values()].map(({ end }) => end()))
  }
  try {
    for (const name of only) {
      const character = standIns[name].play(secrets, now)
      const server = createStandIn(character, now)
      const port = await listen(server, ports[name] ?? 0, name)
      started.set(name, { port, end: () => closed(server) })
      if (character.beside) {
        const besidePort = await listen(character.beside.server, ports.smtp ?? 0, 'smtp')
        started.set('smtp', { port: besidePort, end: character.beside.close })
      }
    }
  } catch (error) {
    await close()
    throw error
  }
  const address = (name: StandInName): string => {
    const port = started.get(name)?.port
    return port === undefined ? '' : `http://127.0.0.1:${port}`
  }
  return {
    hubspot: address('hubspot'),
    webhooks: address('webhooks'),
    activecampaign: address('activecampaign'),
    mautic: address('mautic'),
    stripe: address('stripe'),
    'google-sheets': address('google-sheets'),
    'google-calendar': address('google-calendar'),
    mail: address('mail'),
    smtpPort: started.get('smtp')?.port,
    allowNetworks: [...started.values()].map(({ port }) => `127.0.0.1/32:${port}`).join(','),
    close,
  }
}

function listen(server: Server, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Error(`Port ${port} cannot be used (${cause.message}). Choose another with --${name}.`, {
          cause,
        }),
      ),
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(address === null || typeof address === 'string' ? port : address.port)
    })
  })
}

function closed(server: HttpServer): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' } as const])),
      smtp: { type: 'string', default: '4025' },
      only: { type: 'string' },
      token: { type: 'string', default: defaults.token },
      secret: { type: 'string', default: defaults.secret },
      help: { type: 'boolean' },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const { token, secret } = values
  const only = values.only === undefined ? names : namesIn(values.only)
  const portOf = (name: StandInName) => {
    const given = textIn(values, name)
    return given === undefined ? standIns[name].port : wholeNumber(`--${name}`, given, portRange)
  }
  const ports = {
    ...Object.fromEntries(only.map((name) => [name, portOf(name)])),
    smtp: wholeNumber('--smtp', values.smtp, portRange),
  }
  const sandbox = await startSandbox({ ports, only, token, secret })
  for (const name of only) {
    const { title, credentials } = standIns[name]
    console.log(`${title.padEnd(15)} ${sandbox[name]}   ${credentials({ token, secret })}`)
  }
  if (sandbox.smtpPort) console.log(`${''.padEnd(14)} takes mail at port ${sandbox.smtpPort}`)
  console.log('\nStart the hub with this, and give a connection the address above as its API address:\n')
  console.log(`SWITCHYARD_ALLOW_NETWORKS=${sandbox.allowNetworks}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
}

function namesIn(list: string): StandInName[] {
  const asked = list.split(',').map((name) => name.trim())
  const unknown = asked.find((name) => !Object.hasOwn(standIns, name))
  if (unknown !== undefined) {
    throw new Mistyped(`There is no stand-in “${unknown}”. There are: ${names.join(', ')}.`)
  }
  return names.filter((name) => asked.includes(name))
}

function textIn(values: Record<string, unknown>, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

if (import.meta.main) await runCommand(usage, main)
