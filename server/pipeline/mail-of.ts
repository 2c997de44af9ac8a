import type { OpenConnection } from '../connections/connection-directory.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import { createMail } from '../platform/mail-client.ts'
import type { AttemptMail } from '../platform/mail-client.ts'
import type { DeliverDeps } from './deliver.ts'

/** The `mail` of one attempt or check, where the connector's auth names a mail server; `signal` ends it. */
export function mailOf(
  { network, stopping }: Pick<DeliverDeps, 'network' | 'stopping'>,
  { connector, credentials, secrets }: OpenConnection,
  exchanges: CapturedExchange[],
  signal: AbortSignal = stopping,
): AttemptMail | undefined {
  const server = connector.auth.mail?.(credentials[0])
  return server && createMail({ network, server, secrets, exchanges, signal })
}
