import { applyMapping } from '../../mappings/apply-mapping.ts'
import { compileMapping } from '../../mappings/mapping.ts'
import { isUsable } from '../connections/connection-directory.ts'
import { ConnectionNotFound, ConnectionUnusable } from '../connections/connection-errors.ts'
import { findAction } from '../connectors/find-action.ts'
import type { WorkspaceDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { InputInvalid } from '../input-invalid.ts'
import { callAction } from '../pipeline/deliver.ts'
import { allowanceOf } from '../pipeline/send-budget.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import { MappingNotFound, MappingUnready } from './mapping-errors.ts'
import { parseFields } from './parse-fields.ts'
import { sampleInput } from './sample-input.ts'
import type { Sample } from './sample-input.ts'

/** What was sent as a test, and what they answered. */
export interface TestSending {
  /** The mapping that was tried. */
  id: string
  /** Its idempotency key at the vendor. */
  key: string
  ok: boolean
  /** Why it did not arrive. */
  reason: Reason | undefined
  /** Whether something is different at the vendor now. */
  changed: 'yes' | 'no' | 'perhaps'
  /** What was sent, without what the destination had filled already. */
  input: Record<string, unknown>
  output: Record<string, unknown> | undefined
  exchanges: CapturedExchange[]
}

type Deps = Pick<
  WorkspaceDeps,
  | 'accessTokens'
  | 'connections'
  | 'connectors'
  | 'events'
  | 'formulas'
  | 'hub'
  | 'log'
  | 'mappings'
  | 'network'
  | 'newId'
  | 'now'
  | 'sendBudget'
  | 'stopping'
>

/**
 * Sends one person's data for real, once, with a mapping as it stands on somebody's screen. It goes the road of every
 * attempt, but is no delivery: it is never repeated, and no flow, count or list knows of it. What the vendor refuses is
 * an answer and not an error; what cannot be made is refused before anything leaves.
 */
export async function sendTest(
  deps: Deps,
  asked: Sample & { id: string; connectionId: string; fields?: unknown },
): Promise<TestSending> {
  // In a preview what is left out is empty, which shows what the mapping does by itself. Here somebody would get it.
  if (!asked.eventId && (asked.sample === undefined || asked.sample === null)) {
    throw new InputInvalid([{ path: 'eventId', message: 'is empty: choose an event, or give a sample' }])
  }
  const mapping = await deps.mappings.find(asked.id)
  if (!mapping) throw new MappingNotFound(asked.id)
  const { connectorId, actionId } = mapping
  const action = findAction(deps.connectors, connectorId, actionId)
  const open = await openConnection(deps, asked.connectionId, connectorId)
  const fields = await parseFields(deps.formulas, asked.fields ?? mapping.fields)
  const compiled = compileMapping(fields, action.input)
  const read = await sampleInput(deps, asked, compiled.readsRaw)
  const applied = applyMapping(await compiled.run(read, deps.formulas), action.input)
  if (!applied.ok) throw new MappingUnready(applied.problems)

  const key = deps.newId('tst')
  const { input, onlyIfEmpty } = applied
  const call = { id: key, input, mappedAt: deps.now(), ...(onlyIfEmpty.length > 0 ? { onlyIfEmpty } : {}) }
  const { result, mayHaveWritten, ...sent } = await callAction(deps, call, open, action)
  // Its vendor counts a test like anything else.
  const allowance = allowanceOf(open)
  if (allowance) await deps.sendBudget.made(allowance, actionId, { requests: 0 }, sent.exchanges)
  const reason = result.outcome === 'failed' ? result.failure.reason : undefined
  deps.log.info({
    stage: 'test.sent',
    test: key,
    mapping: mapping.id,
    event: asked.eventId ?? undefined,
    connection: open.connection.id,
    connector: connectorId,
    action: actionId,
    outcome: result.outcome,
    reason: reason?.code,
  })
  const ok = result.outcome === 'delivered'
  return {
    id: mapping.id,
    key,
    ok,
    reason,
    changed: !mayHaveWritten ? 'no' : ok ? 'yes' : 'perhaps',
    input: sent.input,
    output: ok ? result.output : undefined,
    exchanges: sent.exchanges,
  }
}

async function openConnection(
  { connections, hub }: Pick<Deps, 'connections' | 'hub'>,
  id: string,
  connectorId: string,
) {
  const connection = await connections.find(id)
  if (!connection) throw new ConnectionNotFound(id)
  if (connection.connectorId !== connectorId) {
    const message = 'This mapping is made for another tool. Choose a connection of that tool'
    throw new InputInvalid([{ path: 'connectionId', message }])
  }
  if (connection.state === 'paused') throw new ConnectionUnusable('connection_paused')
  const open = await hub.connections.byId(id)
  if (!isUsable(open)) throw new ConnectionUnusable(open?.unusable ?? 'connector_missing')
  return open
}
