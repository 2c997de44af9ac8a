import type { AnyConnector } from '#sdk'
import type { FormulaRunner } from '../mappings/formula.ts'
import type { Accounts } from './accounts/accounts.ts'
import { createAuditStore } from './accounts/audit-store.ts'
import type { AuditStore } from './accounts/audit-store.ts'
import { createInvitationStore } from './accounts/invitation-store.ts'
import type { InvitationStore } from './accounts/invitation-store.ts'
import { createMemberStore } from './accounts/member-store.ts'
import type { MemberStore } from './accounts/member-store.ts'
import { createTokenStore } from './accounts/token-store.ts'
import type { TokenStore } from './accounts/token-store.ts'
import type { AccessTokens } from './connections/access-tokens.ts'
import type { ConnectionDirectory } from './connections/connection-directory.ts'
import { createConnectionStore } from './connections/connection-store.ts'
import type { ConnectionStore } from './connections/connection-store.ts'
import type { GrantStore } from './connections/grant-store.ts'
import type { PendingSignInStore } from './connections/pending-sign-in-store.ts'
import { createContactChangeStore } from './contacts/contact-change-store.ts'
import type { ContactChangeStore } from './contacts/contact-change-store.ts'
import { createContactStore } from './contacts/contact-store.ts'
import type { ContactStore } from './contacts/contact-store.ts'
import { createIdentityReviewStore } from './contacts/identity-review-store.ts'
import type { IdentityReviewStore } from './contacts/identity-review-store.ts'
import { createDeliveryStore } from './deliveries/delivery-store.ts'
import type { DeliveryStore } from './deliveries/delivery-store.ts'
import { createExchangeStore } from './deliveries/exchange-store.ts'
import type { ExchangeStore } from './deliveries/exchange-store.ts'
import { createEventStore } from './events/event-store.ts'
import type { EventStore } from './events/event-store.ts'
import type { FlowDirectory } from './flows/flow-directory.ts'
import { createFlowStore } from './flows/flow-store.ts'
import type { FlowStore } from './flows/flow-store.ts'
import type { MappingDirectory } from './mappings/mapping-directory.ts'
import { createMappingStore } from './mappings/mapping-store.ts'
import type { MappingStore } from './mappings/mapping-store.ts'
import type { SendBudget } from './pipeline/send-budget.ts'
import type { ConfigRevision } from './platform/config-revision.ts'
import type { IdentityProvider } from './platform/identity-provider.ts'
import type { NewId } from './platform/ids.ts'
import type { LiveFeed } from './platform/live-feed.ts'
import type { Logger } from './platform/logger.ts'
import type { Metrics } from './platform/metrics.ts'
import type { Database } from './platform/mongo.ts'
import type { Network } from './platform/network.ts'
import type { Tracing } from './platform/tracing.ts'
import type { Vault } from './platform/vault.ts'
import { createPollStore } from './polls/poll-store.ts'
import type { PollStore } from './polls/poll-store.ts'
import { createProblemSnoozeStore } from './problems/problem-snooze-store.ts'
import type { ProblemSnoozeStore } from './problems/problem-snooze-store.ts'
import { createReceiptStore } from './receipts/receipt-store.ts'
import type { ReceiptStore } from './receipts/receipt-store.ts'
import { createRegistrationStore } from './registrations/registration-store.ts'
import type { RegistrationStore } from './registrations/registration-store.ts'
import { createReplayStore } from './replays/replay-store.ts'
import type { ReplayStore } from './replays/replay-store.ts'
import { createRunStore } from './runs/run-store.ts'
import type { RunStore } from './runs/run-store.ts'
import { createViewStore } from './views/view-store.ts'
import type { ViewStore } from './views/view-store.ts'
import type { WorkspaceStore } from './workspaces/workspace-store.ts'

/** Stores bound to one workspace: no call through them can reach another one's data. */
export interface WorkspaceStores {
  audit: AuditStore
  connections: ConnectionStore
  contactChanges: ContactChangeStore
  contacts: ContactStore
  deliveries: DeliveryStore
  events: EventStore
  exchanges: ExchangeStore
  flows: FlowStore
  identityReviews: IdentityReviewStore
  invitations: InvitationStore
  mappings: MappingStore
  members: MemberStore
  polls: PollStore
  problemSnoozes: ProblemSnoozeStore
  receipts: ReceiptStore
  registrations: RegistrationStore
  replays: ReplayStore
  runs: RunStore
  tokens: TokenStore
  views: ViewStore
}

/** Everything a use case may reach for, whatever the workspace. */
export interface HubDeps {
  database: Database
  processId: string
  accounts: Accounts
  /** Where people may sign in beside their password. */
  identityProvider: IdentityProvider | undefined
  connectors: ReadonlyMap<string, AnyConnector>
  connections: ConnectionDirectory
  flows: FlowDirectory
  mappings: MappingDirectory
  formulas: FormulaRunner
  vault: Vault
  network: Network
  accessTokens: AccessTokens
  sendBudget: SendBudget
  grants: GrantStore
  pendingSignIns: PendingSignInStore
  config: ConfigRevision
  live: LiveFeed
  log: Logger
  metrics: Metrics
  tracing: Tracing
  workspaces: WorkspaceStore
  storesOf: (workspaceId: string) => WorkspaceStores
  publicUrl: string
  now: () => Date
  newId: NewId
  random: () => number
  diskHasRoom: () => boolean
  /** A receipt has work again; the pipeline of this process begins at once, others find it by its number. */
  onReopened: (receipt: { _id: string; connectionId: string; number: number }) => void
  /** Aborted when the process ends: whatever is still on the wire is given up. */
  stopping: AbortSignal
}

/** The use cases' view: the hub's services, and the stores of the caller's workspace. */
export type WorkspaceDeps = Omit<HubDeps, 'connections' | 'flows' | 'mappings' | 'storesOf' | 'workspaces'> &
  WorkspaceStores & { workspaceId: string; hub: HubDeps }

export function storesFor(database: Database, newId: NewId, now: () => Date) {
  const { connection } = database
  const held = new Map<string, WorkspaceStores>()
  const open = (workspaceId: string): WorkspaceStores => ({
    audit: createAuditStore(connection, workspaceId, newId, now),
    connections: createConnectionStore(connection, workspaceId),
    contactChanges: createContactChangeStore(connection, workspaceId),
    contacts: createContactStore(connection, workspaceId),
    deliveries: createDeliveryStore(connection, workspaceId),
    events: createEventStore(connection, workspaceId),
    exchanges: createExchangeStore(connection, workspaceId),
    flows: createFlowStore(connection, workspaceId),
    identityReviews: createIdentityReviewStore(connection, workspaceId),
    invitations: createInvitationStore(connection, workspaceId),
    mappings: createMappingStore(connection, workspaceId),
    members: createMemberStore(connection, workspaceId),
    polls: createPollStore(connection, workspaceId),
    problemSnoozes: createProblemSnoozeStore(connection, workspaceId),
    receipts: createReceiptStore(connection, workspaceId),
    registrations: createRegistrationStore(connection, workspaceId),
    replays: createReplayStore(connection, workspaceId),
    runs: createRunStore(connection, workspaceId),
    tokens: createTokenStore(connection, workspaceId),
    views: createViewStore(connection, workspaceId),
  })
  // A store holds nothing but its workspace's id; making it anew for every event would be the dearest part of it.
  return (workspaceId: string): WorkspaceStores => {
    const stores = held.get(workspaceId) ?? open(workspaceId)
    if (held.size >= HELD_MAX) held.clear()
    held.set(workspaceId, stores)
    return stores
  }
}

const HELD_MAX = 1_000

export function workspaceDeps(hub: HubDeps, workspaceId: string): WorkspaceDeps {
  return { ...hub, ...hub.storesOf(workspaceId), workspaceId, hub }
}
