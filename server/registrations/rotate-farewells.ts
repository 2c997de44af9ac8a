import { credentialsContext, hookKeyContext } from '../connections/connection-directory.ts'
import type { DatabaseConnection } from '../platform/mongo.ts'
import type { Vault } from '../platform/vault.ts'
import { registrationCollection } from './registration-store.ts'

/** Seals what is kept of deleted connections under the newest key; how many were moved. Safe to repeat. */
export async function rotateFarewells(database: DatabaseConnection, vault: Vault): Promise<number> {
  const rows = registrationCollection(database)
  let sealed = 0
  for await (const { _id, workspaceId, connectionId, farewell } of rows.find({
    farewell: { $exists: true },
  })) {
    if (!farewell) continue
    const place = { workspaceId, id: connectionId }
    const { credentials, hookKey } = farewell
    if (!vault.needsRotation(credentials) && !vault.needsRotation(hookKey)) continue
    const { modifiedCount } = await rows.updateOne(
      { _id, 'farewell.credentials': credentials },
      {
        $set: {
          'farewell.credentials': renew(credentials, credentialsContext(place)),
          'farewell.hookKey': renew(hookKey, hookKeyContext(place)),
        },
      },
    )
    sealed += modifiedCount
  }
  return sealed

  function renew(text: string, context: string): string {
    return vault.seal(vault.open(text, context), context)
  }
}
