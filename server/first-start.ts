import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newToken } from './accounts/token-store.ts'
import type { Env } from './env.ts'
import { openDataFolder } from './open-data-folder.ts'
import { generateSecretKey } from './platform/vault.ts'

/** What the hub needs to know from its first start on. */
export interface OwnSecrets {
  secretKey: string
  adminToken: string
  metricsToken: string
  /** Files made by this start, to be shown once. */
  made: string[]
}

/** Started against a shared database without its key: a fresh one could open nothing that is stored there. */
export class SecretKeyMissing extends Error {}

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
  const secretKey = env.secretKey ?? kept(keyFile, generateSecretKey, made)
  const adminToken = env.adminToken ?? kept(join(env.dataDir, 'admin-token'), newToken, made)
  const metricsToken = env.metricsToken ?? kept(join(env.dataDir, 'metrics-token'), newToken, made)
  return { secretKey, adminToken, metricsToken, made }
}

function kept(file: string, make: () => string, made: string[]): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  openDataFolder(dirname(file))
  const value = make()
  writeFileSync(file, `${value}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
  made.push(file)
  return value
}
