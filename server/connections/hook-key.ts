import { randomBytes } from 'node:crypto'
import type { Vault } from '../platform/vault.ts'
import { hookKeyContext, hookKeyHash } from './connection-directory.ts'
import type { Connection } from './connection-store.ts'

/** A former address or secret goes on working this long, so that a vendor's settings can be changed in peace. */
export const OVERLAP_MS = 24 * 3_600_000

/** So many former secrets verify hooks at most; each costs a check per request. */
export const RETIRED_MAX = 3

/** A new secret address: 32 random bytes, kept sealed for people and hashed for requests. */
export function newHookKey(
  vault: Vault,
  place: Pick<Connection, 'workspaceId' | 'id'>,
  key: string = randomBytes(32).toString('base64url'),
): Pick<Connection, 'hookKey' | 'hookKeyHash'> {
  return { hookKey: vault.seal(key, hookKeyContext(place)), hookKeyHash: hookKeyHash(key) }
}

/** The address that the vendor posts to. Whoever knows it can post: it is shown to ops and owners only. */
export function hookUrlOf(
  { vault, publicUrl }: { vault: Vault; publicUrl: string },
  connection: Connection,
): string {
  return hookUrlAt({ publicUrl }, vault.open(connection.hookKey, hookKeyContext(connection)))
}

export function hookUrlAt({ publicUrl }: { publicUrl: string }, key: string): string {
  return `${publicUrl}/hooks/${key}`
}
