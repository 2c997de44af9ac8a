import type { RegistrationContext } from '#sdk'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { Reason } from '../errors.ts'
import { classifyFailure } from '../pipeline/classify-failure.ts'
import type { Failure } from '../pipeline/classify-failure.ts'
import { httpOf } from '../pipeline/deliver.ts'
import type { DeliverDeps } from '../pipeline/deliver.ts'

/** What a function of a registration is handed; made anew for each call, since its time limit begins here. */
export function vendorContext(
  deps: DeliverDeps,
  open: OpenConnection,
  subject: string,
): RegistrationContext<Record<string, unknown> | undefined> {
  // The address travels to the vendor in the body; whoever knows it can post.
  const known = { ...open, secrets: [...open.secrets, hookKeyOf(open)] }
  return { http: httpOf(deps, known, []), auth: open.credentials[0], subject, now: deps.now() }
}

/** What the connector keeps of a webhook, as it was stored. */
export function readVendorState(text: string): Record<string, string> {
  const state: Record<string, string> = JSON.parse(text)
  return state
}

/** Why a call failed, in words that do not tell the connection's address, which a vendor may have repeated. */
export function failureOf(err: unknown, open: OpenConnection, now: Date): Failure {
  const { reason, ...failure } = classifyFailure(err, open.connector, now)
  return { ...failure, reason: withoutKey(reason, hookKeyOf(open)) }
}

function withoutKey(reason: Reason, key: string): Reason {
  if (!reason.data) return reason
  return { code: reason.code, data: JSON.parse(JSON.stringify(reason.data).replaceAll(key, '•••')) }
}

function hookKeyOf({ hookUrl }: OpenConnection): string {
  return hookUrl.slice(hookUrl.lastIndexOf('/') + 1)
}
