import type { WorkspaceDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { classifyFailure } from '../pipeline/classify-failure.ts'
import { httpOf } from '../pipeline/deliver.ts'
import { mailOf } from '../pipeline/mail-of.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import { isUsable } from './connection-directory.ts'
import type { OpenConnection } from './connection-directory.ts'
import { ConnectionNotFound, ConnectionUnusable } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { wakeParked } from './wake-parked.ts'

/** What the vendor said to the credentials. */
export interface ConnectionCheck {
  /** The connection that was tried. */
  id: string
  connection: Connection
  ok: boolean
  /** Whose credentials they are, in the vendor's words. */
  account: string | undefined
  reason: Reason | undefined
  exchanges: CapturedExchange[]
}

/**
 * Asks the vendor whether the credentials work. A failure is an answer and not an error. If they work, whatever was
 * parked goes on at once instead of waiting for the next probe.
 */
export async function checkConnection(
  deps: Pick<
    WorkspaceDeps,
    'connections' | 'deliveries' | 'hub' | 'network' | 'accessTokens' | 'grants' | 'now' | 'stopping'
  >,
  health: Pick<DestinationHealth, 'close'>,
  id: string,
): Promise<ConnectionCheck> {
  const found = await deps.connections.find(id)
  if (!found) throw new ConnectionNotFound(id)
  const open = await deps.hub.connections.byId(id)
  if (!isUsable(open)) throw new ConnectionUnusable(open?.unusable ?? 'connector_missing')

  const exchanges: CapturedExchange[] = []
  const ask = questionFor(deps, open, exchanges)
  if (!ask) {
    const reason = { code: 'check_not_possible' }
    return { id, connection: found, ok: false, account: undefined, reason, exchanges }
  }
  // Asking may have renewed its sign-in, or shown that it is lost.
  const asItIsNow = async () => (await deps.connections.find(id)) ?? found
  try {
    const { account } = await ask()
    if (account && found.grant) await deps.grants.noteAccount(id, account)
    await health.close(id)
    if (found.state === 'on') await wakeParked(deps, id)
    return { id, connection: await asItIsNow(), ok: true, account, reason: undefined, exchanges }
  } catch (err) {
    const { reason } = classifyFailure(err, open.connector, deps.now())
    return { id, connection: await asItIsNow(), ok: false, account: undefined, reason, exchanges }
  }
}

/** Where nothing can be asked but an access token is needed, that there is one is all that can be proven. */
function questionFor(
  deps: Pick<WorkspaceDeps, 'network' | 'accessTokens' | 'stopping'>,
  open: OpenConnection,
  exchanges: CapturedExchange[],
): (() => Promise<{ account?: string }>) | undefined {
  const { check } = open.connector.auth
  if (check) {
    const http = httpOf(deps, open, exchanges)
    const mail = mailOf(deps, open, exchanges)
    return () => check({ http, ...(mail ? { mail } : {}), auth: open.credentials[0] })
  }
  if (!open.tokenSource) return undefined
  return async () => {
    await deps.accessTokens.get(open, { exchanges, signal: deps.stopping })
    return {}
  }
}
