import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { newToken } from './accounts/token-store.ts'
import type { Env } from './env.ts'
import { openDataFolder } from './open-data-folder.ts'
import { storeFolder } from './platform/store-folder.ts'
import { generateSecretKey } from './platform/vault.ts'

/** What the hub needs to know from its first start on. */
export interface OwnSecrets {
  secretKey: string
  adminToken: string
  metricsToken: string
  /** Files made by this start, to be shown once. */
  made: string[]
}

/** Started against a database without its key: a fresh one could open nothing that is stored there. */
export class SecretKeyMissing extends Error {}

/** A file that holds a secret holds nothing; the message says what to do about it. */
export class SecretFileEmpty extends Error {}

/**
 * The encryption key, the operator's token and the one for reading metrics: from the environment, else from the data folder, else made now and kept
 * there, readable by its owner alone.
 */
export function ownSecrets(
  env: Pick<Env, 'dataDir' | 'secretKey' | 'adminToken' | 'metricsToken' | 'mongoUrl'>,
): OwnSecrets {
  const made: string[] = []
  const keyFile = join(env.dataDir, 'secret-key')
  if (!env.secretKey && env.mongoUrl && !existsSync(keyFile)) {
    throw new SecretKeyMissing(
      'SWITCHYARD_SECRET_KEY is not set. Processes that share a database must share its key: set the key that this ' +
        'database was first used with, or for a new database make one with: openssl rand -base64 32',
    )
  }
  if (!env.secretKey && !env.mongoUrl && !existsSync(keyFile) && existsSync(storeFolder(env.dataDir))) {
    throw new SecretKeyMissing(
      `There is no ${keyFile}, and the store beside it can be opened with no other key than the one it was made with. ` +
        'Put that file back, or set SWITCHYARD_SECRET_KEY to what it held.',
    )
  }
  const secretKey = env.secretKey ?? kept(keyFile, generateSecretKey, made)
  const adminToken = env.adminToken ?? kept(join(env.dataDir, 'admin-token'), newToken, made)
  const metricsToken = env.metricsToken ?? kept(join(env.dataDir, 'metrics-token'), newToken, made)
  return { secretKey, adminToken, metricsToken, made }
}

function kept(file: string, make: () => string, made: string[]): string {
  if (existsSync(file)) return notEmpty(file, readFileSync(file, 'utf8').trim())
  openDataFolder(dirname(file))
  const value = make()
  writeWhole(file, `${value}\n`)
  made.push(file)
  return value
}

function notEmpty(file: string, value: string): string {
  if (value !== '') return value
  throw new SecretFileEmpty(
    `${file} is empty. Put back what it held, or, if it is not needed any more, remove the file: the next start makes another.`,
  )
}

/** All of it and on disk, or nothing: what a power cut leaves of a key would lock its hub for ever. */
function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.new`
  rmSync(unfinished, { force: true })
  const handle = openSync(unfinished, 'wx', 0o600)
  writeFileSync(handle, text)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(unfinished, file)
}
