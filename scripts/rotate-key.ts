import { readEnv } from '../server/env.ts'
import { rotateKey } from '../server/connections/rotate-key.ts'
import { ownSecrets } from '../server/first-start.ts'
import { openDatabase } from '../server/platform/mongo.ts'
import { rotateFarewells } from '../server/registrations/rotate-farewells.ts'
import { createVault } from '../server/platform/vault.ts'

/*
 * npm run rotate-key: seals every credential anew under the first key of SWITCHYARD_SECRET_KEY ("new,old").
 * Afterwards the old key can be taken out of the setting. The hub may be running, if it uses a MongoDB of its own.
 */
const env = readEnv(process.env)
const vault = createVault(ownSecrets(env).secretKey)
const database = await openDatabase(env)
try {
  const { checked, sealed } = await rotateKey(database.connection, vault, (done) =>
    process.stdout.write(`\r${done} connections …`),
  )
  const farewells = await rotateFarewells(database.connection, vault)
  console.log(`\r${checked} connections looked at, ${sealed + farewells} sealed under the new key.`)
} finally {
  await database.close()
}
