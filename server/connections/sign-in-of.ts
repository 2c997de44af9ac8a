import type { HubDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { isUsable } from './connection-directory.ts'
import type { Connection } from './connection-store.ts'
import { missingScopes, needsSignIn, sourceName } from './grant.ts'

/** Where the sign-in of a connection stands. No token is part of it. */
export interface SignIn {
  state: 'not_needed' | 'needed' | 'signed_in'
  account: string | undefined
  signedInAt: Date | undefined
  expiresAt: Date | undefined
  renewsItself: boolean
  scopes: string[]
  missingScopes: string[]
  reason: Reason | undefined
}

const notNeeded: SignIn = {
  state: 'not_needed',
  account: undefined,
  signedInAt: undefined,
  expiresAt: undefined,
  renewsItself: false,
  scopes: [],
  missingScopes: [],
  reason: undefined,
}

export async function signInOf(
  { connections }: Pick<HubDeps, 'connections'>,
  { id, grant }: Connection,
): Promise<SignIn> {
  const open = await connections.byId(id)
  const source = isUsable(open) ? open.tokenSource : undefined
  if (source?.kind !== 'authorization_code') return notNeeded
  // Tokens of other credentials say nothing about these.
  const mine = grant?.source === sourceName(source) ? grant : undefined
  const isNeeded = needsSignIn(source, grant)
  return {
    state: isNeeded ? 'needed' : 'signed_in',
    account: mine?.account,
    signedInAt: mine?.signedInAt,
    expiresAt: isNeeded ? undefined : mine?.expiresAt,
    renewsItself: !isNeeded && mine?.renewable === true,
    scopes: isNeeded ? [] : (mine?.scopes ?? []),
    missingScopes: isNeeded || !mine ? [] : missingScopes(source, mine),
    reason: mine?.lost?.reason ?? (isNeeded ? { code: 'not_signed_in_yet' } : undefined),
  }
}
