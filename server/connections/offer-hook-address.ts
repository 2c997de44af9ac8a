import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { WorkspaceDeps } from '../deps.ts'
import { InputInvalid } from '../input-invalid.ts'
import { hookUrlAt } from './hook-key.ts'

/** A webhook address that a connection still to be made will have. */
export interface HookAddress {
  hookUrl: string
  /** Hands the address to `createConnection`; sealed, so that nobody can choose one. */
  ticket: string
}

const place = z.object({ id: z.string(), key: z.string() })

/**
 * An address for a connection before there is one: many vendors show the secret of a webhook only after they have been
 * told its address. Nothing is stored; until the connection is made the address answers 404.
 */
export function offerHookAddress({
  vault,
  hub,
  workspaceId,
  newId,
}: Pick<WorkspaceDeps, 'vault' | 'hub' | 'workspaceId' | 'newId'>): HookAddress {
  const offered = { id: newId('con'), key: randomBytes(32).toString('base64url') }
  return {
    hookUrl: hookUrlAt(hub, offered.key),
    ticket: vault.seal(JSON.stringify(offered), contextOf(workspaceId)),
  }
}

/** The connection id and the hook key that a ticket of this workspace stands for. Throws `InputInvalid`. */
export function readTicket(
  { vault, workspaceId }: Pick<WorkspaceDeps, 'vault' | 'workspaceId'>,
  ticket: string,
): { id: string; key: string } {
  try {
    return place.parse(JSON.parse(vault.open(ticket, contextOf(workspaceId))))
  } catch {
    throw ticketUnfit('is none that this hub has given out for this workspace')
  }
}

export function ticketUnfit(message: string): InputInvalid {
  return new InputInvalid([{ path: 'hookTicket', message }])
}

function contextOf(workspaceId: string): string {
  return `${workspaceId}/hook-ticket`
}
