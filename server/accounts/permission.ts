/** What a token may be limited to, within its role. */
export const permissions = [
  'read_connections',
  'write_connections',
  'read_flows',
  'write_flows',
  'read_events',
  'read_contacts',
  'write_contacts',
  'read_deliveries',
  'replay_deliveries',
  'read_workspace',
  'write_workspace',
] as const
export type Permission = (typeof permissions)[number]

/** So that whoever changes something can read what came of it. */
const includes: Partial<Record<Permission, readonly Permission[]>> = {
  write_connections: ['read_connections'],
  write_flows: ['read_flows'],
  write_contacts: ['read_contacts'],
  replay_deliveries: ['read_deliveries', 'read_events'],
  write_workspace: ['read_workspace'],
}

/** Without a list everything is permitted that the role allows. */
export function isPermitted(given: readonly Permission[] | undefined, wanted: Permission): boolean {
  return given === undefined || given.some((each) => each === wanted || includes[each]?.includes(wanted))
}
