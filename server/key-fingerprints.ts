import type { Connection } from 'mongoose'
import type { Vault } from './platform/vault.ts'

/** This key has never opened this database: going on would make its credentials unreadable bit by bit. */
export class WrongSecretKey extends Error {}

/**
 * Compares the vault's keys with those the database was used with. A database that knows none of them is refused; a
 * new key beside a known one (a rotation) is noted.
 */
export async function checkKeyFingerprints(connection: Connection, vault: Vault): Promise<void> {
  const rows = connection.collection<{ _id: string; fingerprints: string[] }>('key_fingerprints')
  const ours = vault.keyFingerprints()
  const row = await rows.findOne({ _id: 'vault' })
  if (row && !row.fingerprints.some((known) => ours.includes(known))) {
    throw new WrongSecretKey(
      'The key (SWITCHYARD_SECRET_KEY, or else the file secret-key in the data folder) is not the one this database is ' +
        'sealed with. Set the right key; to change it, set SWITCHYARD_SECRET_KEY="new,old" and run npm run rotate-key.',
    )
  }
  await rows.updateOne({ _id: 'vault' }, { $addToSet: { fingerprints: { $each: ours } } }, { upsert: true })
}

/** Nothing is sealed under another key than the newest any more: from now on it alone opens this database. */
export async function forgetOlderKeys(connection: Connection, vault: Vault): Promise<void> {
  const rows = connection.collection<{ _id: string; fingerprints: string[] }>('key_fingerprints')
  await rows.updateOne({ _id: 'vault' }, { $set: { fingerprints: vault.keyFingerprints().slice(0, 1) } })
}
