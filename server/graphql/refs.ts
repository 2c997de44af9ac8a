import type { AnyAction, AnyConnector } from '#sdk'
import type { ApiToken } from '../accounts/token-store.ts'
import type { AuditEntry } from '../accounts/audit-store.ts'
import type { User } from '../accounts/user-store.ts'
import type { Connection } from '../connections/connection-store.ts'
import type { ContactChange } from '../contacts/contact-change-store.ts'
import type { Contact } from '../contacts/contact-store.ts'
import type { IdentityReview } from '../contacts/identity-review-store.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { HubEvent } from '../events/event-store.ts'
import type { Flow } from '../flows/flow.ts'
import type { Mapping } from '../mappings/mapping-store.ts'
import type { Poll } from '../polls/poll-store.ts'
import type { Receipt } from '../receipts/receipt-store.ts'
import type { Registration } from '../registrations/registration-store.ts'
import type { Replay } from '../replays/replay-store.ts'
import type { Run } from '../runs/run-store.ts'
import type { Workspace } from '../workspaces/workspace-store.ts'
import { builder } from './builder.ts'
import { pageType } from './page.ts'

/*
 * The nouns by name. They refer to each other in circles; each is described in its own `<noun>.graphql.ts`, which
 * finds the others here.
 */
export const ConnectorType = builder.objectRef<AnyConnector>('Connector')
export const ActionType = builder.objectRef<{ id: string; action: AnyAction }>('Action')
export const ConnectionType = builder.objectRef<Connection>('Connection')
export const MappingType = builder.objectRef<Mapping>('Mapping')
export const FlowType = builder.objectRef<Flow>('Flow')
export const PollType = builder.objectRef<Poll>('Poll')
export const ReceiptType = builder.objectRef<Receipt>('Receipt')
export const EventType = builder.objectRef<HubEvent>('Event')
export const ContactType = builder.objectRef<Contact>('Contact')
export const ContactChangeType = builder.objectRef<ContactChange>('ContactChange')
export const IdentityReviewType = builder.objectRef<IdentityReview>('IdentityReview')
export const RunType = builder.objectRef<Run>('Run')
export const DeliveryType = builder.objectRef<Delivery>('Delivery')
export const RegistrationType = builder.objectRef<Registration>('Registration')
export const ReplayType = builder.objectRef<Replay>('Replay')
export const UserType = builder.objectRef<User>('User')
export const WorkspaceType = builder.objectRef<Workspace>('Workspace')
export const ApiTokenType = builder.objectRef<ApiToken>('ApiToken')
export const AuditEntryType = builder.objectRef<AuditEntry>('AuditEntry')

export const ConnectionPage = pageType(ConnectionType)
export const MappingPage = pageType(MappingType)
export const FlowPage = pageType(FlowType)
export const ReceiptPage = pageType(ReceiptType)
export const EventPage = pageType(EventType)
export const ContactPage = pageType(ContactType)
export const ContactChangePage = pageType(ContactChangeType)
export const IdentityReviewPage = pageType(IdentityReviewType)
export const RunPage = pageType(RunType)
export const DeliveryPage = pageType(DeliveryType)
export const ReplayPage = pageType(ReplayType)
export const AuditEntryPage = pageType(AuditEntryType)
