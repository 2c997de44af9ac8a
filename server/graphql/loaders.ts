import DataLoader from 'dataloader'
import { listMembers } from '../accounts/list-members.ts'
import type { KnownMember } from '../accounts/list-members.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import type { WorkspaceDeps, WorkspaceStores } from '../deps.ts'

type Found<Name extends keyof WorkspaceStores> = WorkspaceStores[Name] extends {
  findMany(ids: readonly string[]): Promise<(infer Item)[]>
}
  ? Item
  : never

type Loadable =
  | 'connections'
  | 'contacts'
  | 'deliveries'
  | 'events'
  | 'flows'
  | 'invitations'
  | 'mappings'
  | 'receipts'
  | 'runs'
  | 'tokens'
  | 'views'

/** One per noun: what an answer refers to is read with one query per noun and level, not one per row. */
export type Loaders = { [Name in Loadable]: DataLoader<string, Found<Name> | undefined> } & {
  /** By event, oldest first. */
  deliveriesOfEvent: DataLoader<string, Delivery[]>
  /** By the id of the account: of those of other workspaces nothing is known. */
  members: DataLoader<string, KnownMember | undefined>
}

export function createLoaders(stores: Pick<WorkspaceDeps, Loadable | 'accounts' | 'members'>): Loaders {
  return {
    connections: loader((ids) => stores.connections.findMany(ids)),
    contacts: loader((ids) => stores.contacts.findMany(ids)),
    deliveries: loader((ids) => stores.deliveries.findMany(ids)),
    deliveriesOfEvent: new DataLoader(async (eventIds) => {
      const byEvent = Map.groupBy(await stores.deliveries.ofEvents(eventIds), ({ eventId }) => eventId)
      return eventIds.map((id) => byEvent.get(id) ?? [])
    }),
    events: loader((ids) => stores.events.findMany(ids)),
    flows: loader((ids) => stores.flows.findMany(ids)),
    invitations: loader((ids) => stores.invitations.findMany(ids)),
    mappings: loader((ids) => stores.mappings.findMany(ids)),
    members: new DataLoader(async (userIds) => {
      const byUser = new Map((await listMembers(stores)).map((member) => [member.userId, member]))
      return userIds.map((id) => byUser.get(id))
    }),
    receipts: loader((ids) => stores.receipts.findMany(ids)),
    runs: loader((ids) => stores.runs.findMany(ids)),
    tokens: loader((ids) => stores.tokens.findMany(ids)),
    views: loader((ids) => stores.views.findMany(ids)),
  }
}

function loader<Item extends { id: string }>(
  findMany: (ids: readonly string[]) => Promise<Item[]>,
): DataLoader<string, Item | undefined> {
  return new DataLoader(async (ids) => {
    const byId = new Map((await findMany(ids)).map((item) => [item.id, item]))
    return ids.map((id) => byId.get(id))
  })
}

/** What an optional reference names; nothing where it is absent. */
export function loadOptional<Item>(
  loader: DataLoader<string, Item | undefined>,
  id: string | undefined,
): Promise<Item | undefined> | undefined {
  return id === undefined ? undefined : loader.load(id)
}
