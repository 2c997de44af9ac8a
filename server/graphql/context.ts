import type { Whence } from '../accounts/open-session.ts'
import type { Permission } from '../accounts/permission.ts'
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
  /** What a token is limited to within its role; absent for everybody else. */
  permissions?: readonly Permission[] | undefined
  /** The workspace that the operator has named and that is not there. */
  unknownWorkspace?: string | undefined
  /** Who the credentials of this request belong to by now: for what goes on longer than an answer takes. */
  askAgain: () => Promise<Asking>
  /** The caller's id, as versions and the audit log name it. */
  actor: string
  /** The caller's network address, and what their browser or program calls itself: for the audit log. */
  address: string
  userAgent: string
  /** Where the page is open that asks, as its browser says; absent where it is no page. */
  origin: string | undefined
  /** What their browser shows to say that somebody has signed in with it before. */
  device: string | undefined
  /** Hands the caller's browser a session, or takes the one away that it has. */
  cookies: CookieJar
  hub: HubDeps
  health: DestinationHealth
  /** The use cases' view of the workspace. Reading it throws where the request has none, which authorisation excludes. */
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
  permissions?: readonly Permission[] | undefined
  unknownWorkspace?: string | undefined
}

/** What the answer will say about the browser's cookies. */
export interface CookieJar {
  giveSession(token: string, device: string): void
  dropSession(): void
  /** What finishes a sign-in at a vendor: out of reach of scripts, and sent nowhere but to where vendors send people back. */
  keepSignIn(cookie: { name: string; value: string }): void
}

export function createContext(
  services: Pick<ApiContext, 'hub' | 'health' | 'cookies' | 'askAgain'>,
  asking: Asking,
  whence: Whence & Pick<ApiContext, 'origin'>,
): ApiContext {
  const { hub } = services
  const { workspaceId } = asking
  const deps = workspaceId === undefined ? noWorkspace : workspaceDeps(hub, workspaceId)
  const load = createLoaders(deps)
  return {
    ...asking,
    address: whence.address,
    userAgent: whence.userAgent,
    device: whence.device,
    origin: whence.origin,
    ...services,
    actor: asking.caller?.id ?? '',
    deps,
    load,
    forget() {
      for (const loader of Object.values(load)) loader.clearAll()
    },
  }
}

/* The server copies the context, so a getter would be read at once: what must not be read is an object that says so. */
const nothing: WorkspaceDeps = Object.create(null)
const noWorkspace = new Proxy(nothing, {
  get() {
    throw new Error('This field was asked for without a workspace.')
  },
})
