import type { Caller, Role } from '../accounts/role.ts'
import { workspaceDeps } from '../deps.ts'
import type { HubDeps, WorkspaceDeps } from '../deps.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { createLoaders } from './loaders.ts'
import type { Loaders } from './loaders.ts'

/** What every resolver is given: who is asking, from where, and the stores of their workspace. */
export interface ApiContext {
  caller: Caller | undefined
  /** The caller's role in the workspace of the request; the operator has them all. */
  role: Role | undefined
  workspaceId: string | undefined
  /** The caller's id, as versions and the audit log name it. */
  actor: string
  /** The caller's network address, for the audit log. */
  address: string
  hub: HubDeps
  health: DestinationHealth
  /** Aborted when the caller has gone. */
  signal: AbortSignal
  /** The use cases' view of the workspace. Throws where the request has none, which its authorisation excludes. */
  readonly deps: WorkspaceDeps
  /** Reads many by id at once; remembers for the length of one answer. */
  readonly load: Loaders
  /** Forgets what was loaded: for a subscription, whose next answer is about a later moment. */
  forget(): void
}

export interface Asking {
  caller: Caller | undefined
  role: Role | undefined
  workspaceId: string | undefined
}

export function createContext(
  { hub, health }: { hub: HubDeps; health: DestinationHealth },
  asking: Asking,
  { address, signal }: { address: string; signal: AbortSignal },
): ApiContext {
  const { workspaceId } = asking
  const deps = workspaceId === undefined ? undefined : workspaceDeps(hub, workspaceId)
  let load: Loaders | undefined
  return {
    ...asking,
    actor: asking.caller?.id ?? '',
    address,
    signal,
    hub,
    health,
    get deps() {
      if (!deps) throw new Error('This field was asked for without a workspace.')
      return deps
    },
    get load() {
      load ??= createLoaders(this.deps)
      return load
    },
    forget() {
      load = undefined
    },
  }
}
