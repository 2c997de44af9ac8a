import type { DatabaseConnection } from '../platform/mongo.ts'
import type { Vault } from '../platform/vault.ts'
import { credentialsContext, hookKeyContext } from './connection-directory.ts'
import { connectionModel, toConnection } from './connection-store.ts'
import { tokensContext } from './grant.ts'

/**
 * Seals everything that older keys have sealed under the newest one, a connection at a time. Can be stopped and begun
 * again: what is done already is left alone, and a connection that somebody changes meanwhile is `left` for the next round.
 */
export async function rotateKey(
  database: DatabaseConnection,
  vault: Vault,
  onProgress: (checked: number) => void = () => undefined,
): Promise<{ checked: number; sealed: number; left: number }> {
  const model = connectionModel(database)
  let checked = 0
  let sealed = 0
  let left = 0
  for await (const doc of model.find().lean().cursor()) {
    const connection = toConnection(doc)
    const credentials = credentialsContext(connection)
    const renewed = {
      credentials: renew(connection.credentials, credentials),
      hookKey: renew(connection.hookKey, hookKeyContext(connection)),
      retiredCredentials: connection.retiredCredentials.map((old) => ({
        ...old,
        credentials: renew(old.credentials, credentials),
      })),
    }
    if (JSON.stringify(renewed) !== JSON.stringify(pick(connection))) {
      const { modifiedCount } = await model.updateOne(
        { _id: connection.id, updatedAt: connection.updatedAt },
        { $set: renewed },
      )
      sealed += modifiedCount
      left += 1 - modifiedCount
    }
    await moveTokens(connection)
    onProgress(++checked)
  }
  return { checked, sealed, left }

  /** Apart from the rest, because the hub renews them by itself at any moment. */
  async function moveTokens({ id, workspaceId, grant }: ReturnType<typeof toConnection>): Promise<void> {
    if (!grant?.tokens || !vault.needsRotation(grant.tokens)) return
    const tokens = renew(grant.tokens, tokensContext({ workspaceId, id }))
    const { modifiedCount } = await model.updateOne(
      { _id: id, 'grant.tokens': grant.tokens },
      { $set: { 'grant.tokens': tokens } },
    )
    left += 1 - modifiedCount
  }

  function renew(text: string, context: string): string {
    return vault.needsRotation(text) ? vault.seal(vault.open(text, context), context) : text
  }
}

function pick({ credentials, hookKey, retiredCredentials }: ReturnType<typeof toConnection>) {
  return { credentials, hookKey, retiredCredentials }
}
