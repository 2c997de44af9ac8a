import type { ActionContext } from '#sdk'
import type { Credentials } from '../auth.ts'

/** The trace that this try belongs to, for a receiver of one's own that goes on with it (W3C Trace Context). */
export function traceContext({
  traceparent,
  auth,
}: Pick<ActionContext<Credentials>, 'traceparent' | 'auth'>): Record<string, string> {
  return auth.sendTraceContext && traceparent ? { traceparent } : {}
}
