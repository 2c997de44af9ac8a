import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import { insertNew } from '../platform/insert-new.ts'
import { pollCollection } from './poll-store.ts'

/**
 * Sees to it that a connection has a poll for everything its credentials name, and none for what they name no longer.
 * A subject that comes back later begins anew. Safe to repeat; called when a connection is made or changed, and over
 * all connections from time to time, since a newer release may poll for more.
 */
export async function planPolls(
  deps: Pick<HubDeps, 'connections' | 'database' | 'newId' | 'now'>,
  connectionId: string,
): Promise<void> {
  const open = await deps.connections.byId(connectionId)
  if (open && !isUsable(open)) return
  const polls = pollCollection(deps.database.connection)
  const wanted = open ? wantedPolls(open) : []
  const rows = await polls.find({ connectionId }, { projection: { poll: 1, subject: 1 } }).toArray()
  const isSame = (a: { poll: string; subject: string }, b: { poll: string; subject: string }) =>
    a.poll === b.poll && a.subject === b.subject

  const surplus = rows.filter((row) => !wanted.some((each) => isSame(each, row)))
  if (surplus.length > 0) await polls.deleteMany({ _id: { $in: surplus.map(({ _id }) => _id) } })
  if (!open) return
  const { workspaceId } = open.connection
  const createdAt = deps.now()
  // Another process may plan at the same time: what it has made is there already.
  await insertNew(
    polls,
    wanted
      .filter((wish) => !rows.some((row) => isSame(row, wish)))
      .map((wish) => ({
        _id: deps.newId('pol'),
        workspaceId,
        connectionId,
        ...wish,
        isOn: true,
        dueAt: createdAt,
        token: 0,
        seq: 0,
        failures: 0,
        createdAt,
      })),
  )
}

function wantedPolls({
  connector,
  credentials: [auth],
}: OpenConnection): { poll: string; subject: string }[] {
  return Object.entries(connector.polls ?? {}).flatMap(([poll, { isWanted, subjects }]) =>
    (isWanted?.(auth) ?? true)
      ? [...new Set(subjects?.(auth) ?? [''])].map((subject) => ({ poll, subject }))
      : [],
  )
}
