import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readEnv } from '../server/env.ts'
import { rotateKey } from '../server/connections/rotate-key.ts'
import { checkKeyFingerprints, forgetOlderKeys } from '../server/key-fingerprints.ts'
import { openDatabase } from '../server/platform/mongo.ts'
import type { Database } from '../server/platform/mongo.ts'
import { storeFolder } from '../server/platform/store-folder.ts'
import { rotateFarewells } from '../server/registrations/rotate-farewells.ts'
import { createVault } from '../server/platform/vault.ts'
import type { Vault } from '../server/platform/vault.ts'
import { runCommand } from './command-line/run-command.ts'

const usage = `npm run rotate-key

Seals every credential anew under the first key of SWITCHYARD_SECRET_KEY ("new,old"). Afterwards that key alone opens the
database. A hub with a MongoDB may be running; one with its own store is stopped first.`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } })
  if (values.help) return console.log(usage)
  const env = readEnv(process.env)
  const vault = vaultOfBoth(env.secretKey)
  const folder = storeFolder(env.dataDir)
  if (!env.mongoUrl && !existsSync(folder)) {
    throw new Error(`There is no store in ${folder}. Set SWITCHYARD_DATA_DIR to the data folder of the hub.`)
  }
  const database = await openDatabase(env)
  try {
    await rotateAll(database, vault)
  } finally {
    await database.close()
  }
}

/** Under one key there is nothing to do, which must not read as if it had been changed. */
function vaultOfBoth(secretKey: string | undefined): Vault {
  const vault = secretKey === undefined ? undefined : createVault(secretKey)
  if (vault && vault.keyFingerprints().length > 1) return vault
  throw new Error(
    'There is no second key to change to, so nothing was changed. Set SWITCHYARD_SECRET_KEY="new,old": a new one from ' +
      'openssl rand -base64 32, and the one in use, which the file secret-key in the data folder holds if you never set it.',
  )
}

async function rotateAll({ connection }: Database, vault: Vault): Promise<void> {
  await checkKeyFingerprints(connection, vault)
  const { checked, sealed, left } = await rotateKey(connection, vault, (done) =>
    process.stdout.write(`\r${done} connections …`),
  )
  const farewells = await rotateFarewells(connection, vault)
  console.log(`\r${checked} connections looked at, ${sealed + farewells} sealed under the new key.`)
  if (left > 0) throw new Error(`${left} were being changed and are under the old key still: run this again.`)
  await forgetOlderKeys(connection, vault)
  console.log(
    'From now on the new key alone is needed: leave the old one out of SWITCHYARD_SECRET_KEY, and keep it set; ' +
      'or put the new one in place of what the file secret-key in the data folder holds.',
  )
}

await runCommand(usage, main)
