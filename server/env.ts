import { resolve } from 'node:path'
import { z } from 'zod'
import {
  bearerToken,
  listed,
  mailDomains,
  oneOf,
  port,
  proxies,
  safeAddress,
  webAddress,
} from './setting-formats.ts'

/** Every setting the hub reads from the environment; `npm start -- --help` prints this table. */
export const settings = {
  PORT: { schema: port.prefault('4000'), help: 'Port to listen on. Default 4000; 0 takes any free one.' },
  HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    help: 'Address to listen on. Default 127.0.0.1, which only this machine can reach.',
  },
  PUBLIC_URL: {
    schema: webAddress.optional(),
    help: 'Address under which vendors reach the hub. Default http://HOST:PORT. Signatures that cover the address use it.',
  },
  MONGO_URL: {
    schema: z
      .string()
      .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
      .optional(),
    help: 'MongoDB 7 or newer (replica set or sharded cluster). Without it the hub keeps its own store in the data folder.',
  },
  SWITCHYARD_DATA_DIR: {
    schema: z.string().min(1).default('./data'),
    help: 'Folder for the store and the keys made on first start. Default ./data.',
  },
  SWITCHYARD_ROLE: {
    schema: oneOf('all', 'api', 'worker').default('all'),
    help: 'all: everything in one process. api: hooks and GraphQL. worker: pipeline and deliveries. Default all.',
  },
  SWITCHYARD_SECRET_KEY: {
    schema: z.string().min(1).optional(),
    help: 'Key that encrypts credentials, as "new,old" while it is being changed. Made on first start unless MONGO_URL is set.',
  },
  SWITCHYARD_ADMIN_TOKEN: {
    schema: bearerToken.optional(),
    help: "The operator's API token. Made on first start if absent.",
  },
  SWITCHYARD_METRICS_TOKEN: {
    schema: bearerToken.optional(),
    help: 'What a monitoring system shows to read /metrics. Made on first start if absent.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: webAddress.optional(),
    help: 'OpenTelemetry collector that traces are sent to, such as http://127.0.0.1:4318. Default: none, and no cost.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: z.string().default(''),
    help: 'Headers for the collector, as name=value,… Other OTEL_ variables of exporter and sampler hold, too.',
  },
  OTEL_SERVICE_NAME: {
    schema: z.string().min(1).default('switchyard'),
    help: 'What traces call this hub. Default switchyard.',
  },
  SWITCHYARD_ALLOW_NETWORKS: {
    schema: z.string().default(''),
    help: 'Private networks the hub may send to, as cidr[:port],… Default: none.',
  },
  SWITCHYARD_TRUST_PROXY: {
    schema: proxies.default(''),
    help: 'Proxies in front of the hub whose X-Forwarded-For is believed: a number of hops, or addresses. Default: none.',
  },
  SWITCHYARD_OIDC_ISSUER: {
    schema: safeAddress.optional(),
    help: 'OpenID provider with which people may sign in beside their password, such as https://login.example.com. Its redirect address: PUBLIC_URL/sign-in/oidc/callback.',
  },
  SWITCHYARD_OIDC_CLIENT_ID: {
    schema: z.string().min(1).optional(),
    help: 'What that provider knows this hub as.',
  },
  SWITCHYARD_OIDC_CLIENT_SECRET: {
    schema: z.string().min(1).optional(),
    help: 'The secret to it; absent for a public client.',
  },
  SWITCHYARD_OIDC_NAME: {
    schema: z.string().max(60, 'must have at most 60 characters').optional(),
    help: 'What the button says. Default: the name of the provider’s host.',
  },
  SWITCHYARD_OIDC_ALLOWED_DOMAINS: {
    schema: mailDomains.default(''),
    help: 'Email domains, separated by commas, whose people come in without an invitation, as viewers of the first workspace. Default: none.',
  },
  SWITCHYARD_LOG_LEVEL: {
    schema: oneOf('debug', 'info', 'warn', 'error', 'silent').default('info'),
    help: 'Least serious log line that is written: debug, info, warn, error, silent. Default info.',
  },
} as const

export interface Env {
  port: number
  host: string
  publicUrl: string | undefined
  mongoUrl: string | undefined
  dataDir: string
  role: 'all' | 'api' | 'worker'
  secretKey: string | undefined
  adminToken: string | undefined
  metricsToken: string | undefined
  otlp: { endpoint: string; headers: string; serviceName: string } | undefined
  allowNetworks: string
  trustProxy: string
  /** Where people may sign in beside their password. */
  oidc: OidcSettings | undefined
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

export interface OidcSettings {
  issuer: string
  clientId: string
  clientSecret: string | undefined
  name: string
  /** In lower case. */
  allowedDomains: string[]
}

/** The settings cannot be used; the message lists every wrong one. */
export class EnvError extends Error {}

/** Reads the settings once. Throws `EnvError` naming each setting that is wrong and what it should be. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const schema = z.object(
    // oxlint-disable-next-line typescript/consistent-type-assertions -- the names and their schemas stay together
    Object.fromEntries(Object.entries(settings).map(([name, { schema: setting }]) => [name, setting])) as {
      [K in keyof typeof settings]: (typeof settings)[K]['schema']
    },
  )
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given)
  if (!result.success) {
    throw unusable(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  }
  const env = result.data
  if (
    env.SWITCHYARD_ADMIN_TOKEN !== undefined &&
    env.SWITCHYARD_ADMIN_TOKEN === env.SWITCHYARD_METRICS_TOKEN
  ) {
    throw unusable([
      'SWITCHYARD_METRICS_TOKEN: must be another than SWITCHYARD_ADMIN_TOKEN, which opens everything',
    ])
  }
  return {
    port: env.PORT,
    host: env.HOST,
    // In the spelling in which everybody compares and signs it; what begins with HTTPS:// is https too.
    publicUrl: env.PUBLIC_URL && new URL(env.PUBLIC_URL).href.replace(/\/+$/, ''),
    mongoUrl: env.MONGO_URL,
    dataDir: resolve(env.SWITCHYARD_DATA_DIR),
    role: env.SWITCHYARD_ROLE,
    secretKey: env.SWITCHYARD_SECRET_KEY,
    adminToken: env.SWITCHYARD_ADMIN_TOKEN,
    metricsToken: env.SWITCHYARD_METRICS_TOKEN,
    otlp: env.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
          headers: env.OTEL_EXPORTER_OTLP_HEADERS,
          serviceName: env.OTEL_SERVICE_NAME,
        }
      : undefined,
    allowNetworks: env.SWITCHYARD_ALLOW_NETWORKS,
    trustProxy: env.SWITCHYARD_TRUST_PROXY,
    oidc: oidcOf(env),
    logLevel: env.SWITCHYARD_LOG_LEVEL,
  }
}

function unusable(lines: readonly string[]): EnvError {
  return new EnvError(
    `Some settings cannot be used:\n${lines.map((line) => `  ${line}`).join('\n')}\nSee npm start -- --help.`,
  )
}

const oidcNames = [
  'SWITCHYARD_OIDC_ISSUER',
  'SWITCHYARD_OIDC_CLIENT_ID',
  'SWITCHYARD_OIDC_CLIENT_SECRET',
  'SWITCHYARD_OIDC_NAME',
  'SWITCHYARD_OIDC_ALLOWED_DOMAINS',
] as const

function oidcOf(env: {
  SWITCHYARD_OIDC_ISSUER?: string | undefined
  SWITCHYARD_OIDC_CLIENT_ID?: string | undefined
  SWITCHYARD_OIDC_CLIENT_SECRET?: string | undefined
  SWITCHYARD_OIDC_NAME?: string | undefined
  SWITCHYARD_OIDC_ALLOWED_DOMAINS: string
}): OidcSettings | undefined {
  const { SWITCHYARD_OIDC_ISSUER: issuer, SWITCHYARD_OIDC_CLIENT_ID: clientId } = env
  if (!issuer || !clientId) {
    const given = oidcNames.find((name) => env[name])
    if (!given) return undefined
    const missing = issuer ? 'SWITCHYARD_OIDC_CLIENT_ID' : 'SWITCHYARD_OIDC_ISSUER'
    throw unusable([`${missing}: is needed beside ${given}`])
  }
  return {
    issuer,
    clientId,
    clientSecret: env.SWITCHYARD_OIDC_CLIENT_SECRET,
    name: env.SWITCHYARD_OIDC_NAME ?? new URL(issuer).hostname,
    allowedDomains: listed(env.SWITCHYARD_OIDC_ALLOWED_DOMAINS.toLowerCase()),
  }
}

/** What looks like a setting and is none: a slip of the pen would otherwise go unnoticed. */
export function unknownSettings(source: Record<string, string | undefined>): string[] {
  // The one that only tests read.
  const known = new Set([...Object.keys(settings), 'SWITCHYARD_SAMPLES'])
  return Object.keys(source).filter((name) => name.startsWith('SWITCHYARD_') && !known.has(name))
}

/** The text of `npm start -- --help`. */
export function describeEnv(): string {
  const width = Math.max(...Object.keys(settings).map((name) => name.length))
  const lines = Object.entries(settings).map(([name, { help }]) => `  ${name.padEnd(width)}  ${help}`)
  return ['Usage: npm start', '', 'Settings, read from the environment:', '', ...lines, ''].join('\n')
}
