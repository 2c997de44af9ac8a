import { readPayload, recogniseHook } from '#sdk'
import type { AnyConnector, AnyInbound, SecretPlace } from '#sdk'
import { Mistyped } from '../command-line/mistyped.ts'
import { hookOf } from '../../connectors/sdk/testing/hook-of.ts'

export interface Unsigned {
  method: string
  url: string
  headers: Record<string, string>
  body: Buffer
}

export interface Signed extends Unsigned {
  inbound: string
  scheme: string
  /** Whether what was added proves the body, or only says who sends it. */
  coversBody: boolean
  /** The headers that were added. */
  added: readonly string[]
  /** The parameter of the address that carries the secret, where it travels there. */
  secretParameter?: string
}

/**
 * Makes a request genuine, as the vendor would. Of several ways the vendor may post, the first is taken that the
 * connector recognises and can make something of; `inbound` picks one by name.
 */
export function signRequest(
  connector: AnyConnector,
  request: Unsigned,
  { auth, at, inbound }: { auth: unknown; at: Date; inbound?: string },
): Signed {
  if (connector.inbound.length === 0) throw new Mistyped(`${connector.name} receives nothing.`)
  const ways = connector.inbound.filter(({ id }) => inbound === undefined || id === inbound)
  if (ways.length === 0) {
    const known = connector.inbound.map(({ id }) => id).join(', ')
    throw new Mistyped(`${connector.name} has no inbound ${inbound}. It has: ${known}.`)
  }
  const signed = ways.map((way) => ({ way, request: signWith(way, request, auth, at) }))
  const hook = (made: Signed) => hookOf({ ...made, receivedAt: at })
  const recognised = signed.filter(
    ({ way, request: made }) => recogniseHook(connector, hook(made), auth) === way,
  )
  const understood = recognised.find(({ way, request: made }) => makesSense(way, hook(made), auth))
  const chosen = understood ?? recognised[0] ?? signed[0]
  if (!chosen) throw new Error(`${connector.name} receives nothing.`)
  return chosen.request
}

function signWith(way: AnyInbound, request: Unsigned, auth: unknown, at: Date): Signed {
  const signature = way.signature.chosen?.(auth) ?? way.signature
  const url = signature.signAddress?.(request.url, auth) ?? request.url
  const added = signature.sign?.({ ...request, url }, auth, at) ?? {}
  // A fixture's own signature must not stand beside the new one in another spelling.
  const names = new Set(Object.keys(added).map((name) => name.toLowerCase()))
  const kept = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()))
  return {
    ...request,
    url,
    headers: { ...Object.fromEntries(kept), ...added },
    inbound: way.id,
    scheme: signature.scheme,
    coversBody: signature.coversBody ?? false,
    added: Object.keys(added),
    ...secretParameterOf(signature.secretPlaces?.(auth)),
  }
}

function secretParameterOf(places: readonly SecretPlace[] = []): Pick<Signed, 'secretParameter'> {
  const place = places.find((each) => 'query' in each)
  return place ? { secretParameter: place.query } : {}
}

function makesSense(way: AnyInbound, hook: ReturnType<typeof hookOf>, auth: unknown): boolean {
  const reading = readPayload(way, hook, auth)
  return reading.outcome === 'read' && reading.items.some((item) => item.ok)
}
