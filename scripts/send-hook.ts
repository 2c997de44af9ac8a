import { parseArgs } from 'node:util'
import { Mistyped } from './command-line/mistyped.ts'
import { runCommand } from './command-line/run-command.ts'
import { webAddress } from './command-line/web-address.ts'
import { wholeNumber } from './command-line/whole-number.ts'
import { connectorNamed } from './hooks/connector-named.ts'
import { credentialsFor, fieldsSet, madeUpSecret } from './hooks/credentials.ts'
import { readRequestFile } from './hooks/request-file.ts'
import { signRequest } from './hooks/sign-request.ts'
import type { Signed } from './hooks/sign-request.ts'

const usage = `npm run send-hook -- <connector> <file | fixture> --to <webhook address> [options]

Signs a payload as the vendor would, now, and posts it.

  --secret <secret>   the secret of the connection; a fixture brings its own
  --set <name=value>  any other field of the connection's form; may be repeated
  --inbound <name>    which way of posting, where the vendor has several
  --tamper            change one byte after signing (of the secret, where that is all there is), to see it refused
  --times <n>         post the same request so many times`

export interface SendOptions {
  to: string
  secret?: string
  set?: Record<string, unknown>
  inbound?: string
  tamper?: boolean
  now: Date
}

export interface Answer {
  status: number
  body: string
  inbound: string
  scheme: string
}

/** Signs and posts one request. Rejects when nobody answers. */
export async function sendHook(connectorId: string, file: string, options: SendOptions): Promise<Answer> {
  const connector = connectorNamed(connectorId)
  const { method, headers, body, fixture } = readRequestFile(connectorId, file)
  const base = credentialsFor(connector, {
    set: { ...fixture?.auth, ...options.set },
    secret: options.secret,
  })
  const auth =
    options.secret || fixture ? base : credentialsFor(connector, { set: options.set, secret: madeUpSecret })
  const signed = signRequest(
    connector,
    { method, url: addressFor(options.to, fixture?.url), headers, body },
    { auth, at: options.now, inbound: options.inbound ?? fixture?.inbound },
  )
  const sent = options.tamper ? tampered(signed) : signed
  const hasBody = !['GET', 'HEAD'].includes(method)
  const init = { method, headers: sent.headers, body: hasBody ? new Uint8Array(sent.body) : undefined }
  const answer = await fetch(sent.url, init).catch((cause: unknown) => {
    throw new Error(
      `Nobody answered at ${options.to}. Is the hub running, and is this its webhook address?`,
      {
        cause,
      },
    )
  })
  return { status: answer.status, body: await answer.text(), inbound: signed.inbound, scheme: signed.scheme }
}

/** What a fixture says in its address goes along to the new one. */
function addressFor(to: string, recorded: string | undefined): string {
  const address = new URL(to)
  for (const [name, value] of recorded ? new URL(recorded).searchParams : [])
    address.searchParams.set(name, value)
  return address.href
}

/**
 * The request as a forger would have it: another body under the same signature, or, where only a secret travels along,
 * another secret.
 */
function tampered(signed: Signed): Pick<Signed, 'url' | 'headers' | 'body'> {
  const { url, headers, body, coversBody, added, secretParameter } = signed
  if (secretParameter) {
    const address = new URL(url)
    address.searchParams.set(secretParameter, forged(address.searchParams.get(secretParameter) ?? ''))
    return { url: address.href, headers, body }
  }
  if (coversBody || added.length === 0) return { url, headers, body: withOtherByte(body) }
  const others = added.map((name) => [name, forged(headers[name] ?? '')])
  return { url, headers: { ...headers, ...Object.fromEntries(others) }, body }
}

const forged = (secret: string): string => withOtherByte(Buffer.from(secret)).toString()

/** One byte changed, so that it still looks like itself: a letter or digit becomes another. */
function withOtherByte(body: Buffer): Buffer {
  const changed = Buffer.from(body)
  const at = changed.findLastIndex((byte) => /[A-Za-z0-8]/.test(String.fromCharCode(byte)))
  if (at < 0) return Buffer.concat([changed, Buffer.from(' ')])
  changed[at] = (changed[at] ?? 0) + 1
  return changed
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      secret: { type: 'string' },
      set: { type: 'string', multiple: true },
      inbound: { type: 'string' },
      tamper: { type: 'boolean', default: false },
      times: { type: 'string', default: '1' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return console.log(usage)
  const [connectorId, file, ...more] = positionals
  const { to, set, help: _, ...others } = values
  if (!connectorId || !file || more.length > 0) {
    throw new Mistyped(
      `A connector and a file or fixture are needed, and got ${positionals.join(', ') || 'neither'}.`,
    )
  }
  if (to === undefined) throw new Mistyped('Say with --to where to: the webhook address of the connection.')
  const address = webAddress('--to', to)
  const times = wholeNumber('--times', values.times, { min: 1, max: 1_000_000 })
  for (let sent = 0; sent < times; sent += 1) {
    const answer = await sendHook(connectorId, file, {
      ...others,
      to: address,
      set: fieldsSet(connectorNamed(connectorId), set ?? []),
      now: new Date(),
    })
    console.log(JSON.stringify(answer))
    // Refused is what a tampered request should be.
    const isFine = others.tamper ? answer.status >= 400 && answer.status < 500 : answer.status < 300
    if (!isFine) process.exitCode = 1
  }
}

if (import.meta.main) await runCommand(usage, main)
