import { connectors } from '../../connectors/registry.ts'
import { postContact } from '../graphql/testing/furnish-workspace.ts'
import { membersConnector } from './members-connector.ts'
import { signInAs } from './sign-in-as.ts'
import type { MembersVendor } from './start-members-vendor.ts'
import { startTestHub } from './start-test-hub.ts'
import type { TestHub } from './start-test-hub.ts'
import { field, step, wireUp } from './wire.ts'

/** A hub that knows the vendor of `members-connector.ts`. */
export interface MembersHub extends TestHub {
  workspaceId: string
  /** A connection to the vendor, nobody signed in yet. */
  connect(credentials?: Record<string, unknown>): Promise<string>
  /** A connection that somebody has signed in to. */
  connectSignedIn(): Promise<string>
  /** From now on every contact that `arrive` brings becomes a member there. */
  wire(connectionId: string): Promise<{ arrive(email: string): Promise<void> }>
  /** As the API tells it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely.
  signInOf(connectionId: string): Promise<any>
  deliveriesTo(
    connectionId: string,
  ): Promise<{ id: string; state: string; reason: { code: string; data: unknown } | null }[]>
}

/** `now` is the hub's clock. */
export async function startMembersHub(
  vendor: Pick<MembersVendor, 'url' | 'network'>,
  now: () => Date,
  settings: Record<string, string> = {},
): Promise<MembersHub> {
  const hub = await startTestHub(
    { SWITCHYARD_ALLOW_NETWORKS: vendor.network, ...settings },
    { now, connectors: new Map([...connectors, [membersConnector.id, membersConnector]]) },
  )
  const workspaceId = (await hub.deps.workspaces.all())[0]?.id ?? ''
  const wire = wireUp(hub.deps, workspaceId)

  async function connect(credentials: Record<string, unknown> = {}): Promise<string> {
    const { id } = await wire.connection('members', credentials, { apiUrl: vendor.url })
    return id
  }

  return {
    ...hub,
    workspaceId,
    connect,
    async connectSignedIn() {
      const id = await connect()
      const { status, text } = await signInAs(hub, id)
      if (status !== 200) throw new Error(text)
      return id
    },
    async wire(connectionId) {
      const source = await wire.connection('webhook', {})
      const mappingId = await wire.mapping('members', 'addMember', { email: field('event.contact.email') })
      await wire.flow({
        trigger: { connectionId: source.id, events: ['contact.created'] },
        entry: 'every_event',
        steps: [step(hub.deps, connectionId, 'addMember', mappingId)],
      })
      return {
        async arrive(email) {
          await postContact(hub.url + source.hookPath, email, email)
          await hub.settled()
        },
      }
    },
    async signInOf(id) {
      const { connection } = await hub.graphql<{ connection: { signIn: unknown } }>(
        `query ($id: ID!) { connection(id: $id) { signIn {
          state account signedInAt expiresAt renewsItself scopes missingScopes reason { code data }
        } } }`,
        { id },
      )
      return connection.signIn
    },
    async deliveriesTo(connectionId) {
      const { deliveries } = await hub.graphql<{ deliveries: { items: [] } }>(
        `query ($id: ID!) { deliveries(first: 50, filter: { connectionId: $id }) {
          items { id state reason { code data } }
        } }`,
        { id: connectionId },
      )
      return deliveries.items.toReversed()
    },
  }
}
