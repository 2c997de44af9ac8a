/** What somebody may do, each including what the one before may: see, map, wire, own. */
export const roles = ['viewer', 'marketer', 'ops', 'owner'] as const
export type Role = (typeof roles)[number]

/**
 * Who is calling: the operator of the hub, a program with a token for one workspace, or a person who signed in and has
 * a role in each of their workspaces.
 */
export type Caller =
  | { kind: 'operator'; id: 'operator' }
  | { kind: 'token'; id: string; name: string; workspaceId: string }
  | { kind: 'user'; id: string; name: string; email: string; sessionId: string }

export function isAtLeast(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted)
}

export function lowerOf(one: Role, other: Role): Role {
  return isAtLeast(one, other) ? other : one
}
