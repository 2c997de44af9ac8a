/** HubSpot's numbers for what connects two kinds of records (its own client's list, read 2026-11). */
const types = {
  dealToContact: 3,
  noteToContact: 202,
  taskToContact: 204,
  noteToDeal: 214,
  taskToDeal: 216,
}

/** The part of a new record that connects it with another; nothing where there is none to connect with. */
export function associate(type: keyof typeof types, id: string | undefined) {
  if (!id) return []
  return [{ to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: types[type] }] }]
}
