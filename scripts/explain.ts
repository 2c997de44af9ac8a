import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { readHook } from '#sdk'
import type { Reading } from '#sdk'
import { hookAddress, hookOf } from '../connectors/sdk/testing/hook-of.ts'
import { Mistyped } from './command-line/mistyped.ts'
import { runCommand } from './command-line/run-command.ts'
import { webAddress } from './command-line/web-address.ts'
import { connectorNamed } from './hooks/connector-named.ts'
import { credentialsFor, fieldsSet, madeUpSecret } from './hooks/credentials.ts'
import { readRequestFile } from './hooks/request-file.ts'
import { signRequest } from './hooks/sign-request.ts'

const usage = `npm run explain -- <connector> <payload file | fixture> [options]

Says what the hub makes of a request: whether it is genuine, the key of each fact, and its events.

  --headers <json file>  the headers it came with
  --secret <secret>      what its signature is checked with
  --set <name=value>     any other field of the connection's form; may be repeated
  --method <method>      default POST
  --url <address>        where it was posted to, for signatures that cover the address
  --at <time>            when it arrived; default now, for a fixture when the fixture did

Without both --headers and --secret the request is signed by this command, and the answer says so.`

export interface ExplainOptions {
  headers?: Record<string, string>
  secret?: string
  set?: Record<string, unknown>
  method?: string
  url?: string
  at?: Date
}

/** Everything the connector has to say about a file, as data. */
export function explain(connectorId: string, file: string, options: ExplainOptions): Record<string, unknown> {
  const connector = connectorNamed(connectorId)
  const stored = readRequestFile(connectorId, file)
  const { fixture } = stored
  const isGenuine = fixture !== undefined || (options.headers !== undefined && options.secret !== undefined)

  // A fixture brings its own secret; a payload that nobody signed is signed here, with any.
  const secret = options.secret ?? (fixture ? undefined : madeUpSecret)
  const auth = credentialsFor(connector, { set: { ...fixture?.auth, ...options.set }, secret })
  const at = options.at ?? (fixture ? new Date(fixture.receivedAt) : new Date())
  const request = {
    method: options.method ?? stored.method,
    url: options.url ?? fixture?.url ?? hookAddress,
    headers: { ...stored.headers, ...options.headers },
    body: stored.body,
  }
  const sent = isGenuine ? request : signRequest(connector, request, { auth, at })
  const reading = readHook(connector, hookOf({ ...sent, receivedAt: at }), [auth])
  const signed_by = isGenuine
    ? 'its sender'
    : 'this command: give --headers and --secret to check the real signature'
  return { connector: connector.id, signed_by, ...wordsFor(reading) }
}

function wordsFor(reading: Reading): Record<string, unknown> {
  switch (reading.outcome) {
    case 'unrecognised':
      return { verdict: { ok: false, reason: { code: 'unrecognised' } } }
    case 'handshake':
      return { inbound: reading.inbound, handshake: reading.reply }
    case 'refused':
      return { inbound: reading.inbound, verdict: { ok: false, reason: reading.reason } }
    case 'unreadable':
      return { inbound: reading.inbound, verdict: { ok: true }, not_understood: reading.reason }
    case 'read':
      return {
        inbound: reading.inbound,
        verdict: { ok: true },
        items: reading.items.map((item) =>
          item.ok
            ? {
                dedupe_key: item.dedupeKey,
                events: item.events,
                ...(item.wakes ? { makes_due: item.wakes } : {}),
              }
            : { not_understood: item.reason },
        ),
      }
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      headers: { type: 'string' },
      secret: { type: 'string' },
      set: { type: 'string', multiple: true },
      method: { type: 'string' },
      url: { type: 'string' },
      at: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return console.log(usage)
  const [connectorId, file, ...more] = positionals
  if (!connectorId || !file || more.length > 0) {
    throw new Mistyped(
      `A connector and a payload file or fixture are needed, and got ${positionals.join(', ') || 'neither'}.`,
    )
  }
  const { headers, set, at, url, help: _, ...others } = values
  const answer = explain(connectorId, file, {
    ...others,
    headers: headers === undefined ? undefined : headersIn(headers),
    set: fieldsSet(connectorNamed(connectorId), set ?? []),
    url: url === undefined ? undefined : webAddress('--url', url),
    at: at === undefined ? undefined : timeIn(at),
  })
  console.log(JSON.stringify(answer, null, 2))
}

function headersIn(path: string): Record<string, string> {
  const headers = z.record(z.string(), z.string()).safeParse(jsonIn(path))
  if (headers.success) return headers.data
  throw new Mistyped(`${path} holds no headers. It takes JSON such as {"content-type": "application/json"}.`)
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Mistyped(`${path} cannot be read as JSON (${reason}).`, { cause })
  }
}

/** `Date` makes something of nearly every text, such as the year 2001 of “1”. */
function timeIn(text: string): Date {
  const time = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()]).safeParse(text)
  if (time.success) return new Date(time.data)
  throw new Mistyped(`--at takes a time such as 2026-11-02T10:00:00Z, and got “${text}”.`)
}

if (import.meta.main) await runCommand(usage, main)
