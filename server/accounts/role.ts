/** What somebody may do, each including what the one before may: see, map, wire, own. */
export const roles = ['viewer', 'marketer', 'ops', 'owner'] as const
export type Role = (typeof roles)[number]

/** Who is calling: the operator of the hub, or somebody with a role in one workspace. */
export type Caller =
  | { kind: 'operator'; id: 'operator' }
  | { kind: 'token'; id: string; name: string; workspaceId: string; role: Role }

export function isAtLeast(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted)
}
