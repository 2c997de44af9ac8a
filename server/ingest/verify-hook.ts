import { recogniseHook } from '#sdk'
import type { AnyInbound, Hook, Reason, Reply } from '#sdk'
import type { OpenConnection } from '../connections/connection-directory.ts'

/** What the connector says of a request before anything is stored. */
export type HookVerdict =
  | { kind: 'handshake'; reply: Reply }
  | { kind: 'accepted'; inbound: AnyInbound }
  | { kind: 'refused'; inbound?: AnyInbound; reason: Reason }

/**
 * Finds the inbound that recognises the request and lets it check where the request comes from. That inbound alone
 * decides: a wrong signature is never given a second chance under a weaker scheme.
 */
export function verifyHook(open: OpenConnection, hook: Hook): HookVerdict {
  const current = open.credentials[0]
  const inbound = recogniseHook(open.connector, hook, current)
  if (!inbound) return { kind: 'refused', reason: { code: 'unrecognised' } }

  const reply = inbound.handshake?.(hook, current)
  if (reply) return { kind: 'handshake', reply }

  const verdict = inbound.signature.verify(hook, open.credentials)
  return verdict.ok ? { kind: 'accepted', inbound } : { kind: 'refused', inbound, reason: verdict.reason }
}
