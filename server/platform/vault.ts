import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

const keyBytesMin = 32
const nonceBytes = 12
const tagBytes = 16
const version = 'v1'

/** Keeps secrets readable only to who has the key, which lives outside of the database. */
export interface Vault {
  /**
   * Encrypts under the newest key (AES-256-GCM). `context` says where the value belongs, such as workspace and
   * connection id: it is not stored, and the value opens nowhere else.
   */
  seal(plaintext: string, context: string): string
  /** Throws `SealBroken` where value, context or both are not what was sealed, `SealKeyMissing` where the key is absent. */
  open(sealed: string, context: string): string
  /** True for what an older key sealed: opening and sealing it again moves it to the newest one. */
  needsRotation(sealed: string): boolean
  /**
   * A keyed hash of a value that must be recognised later and never read, such as a secret that a request presented.
   * The same value gives the same text while the newest key stays.
   */
  fingerprint(value: string): string
  /** Whether a fingerprint, made under any of the keys, is that of the value. Constant time. */
  matchesFingerprint(value: string, fingerprint: string): boolean
  /** One per key, newest first; says nothing about the key. Stored to notice a start with the wrong one. */
  keyFingerprints(): string[]
}

/** `SWITCHYARD_SECRET_KEY` is not a usable key or list of keys. The message never holds a part of it. */
export class SecretKeyUnusable extends Error {
  constructor(position: number, count: number, problem: string) {
    const which = count === 1 ? 'SWITCHYARD_SECRET_KEY' : `Entry ${position} of SWITCHYARD_SECRET_KEY`
    super(`${which} ${problem} Make a key with: openssl rand -base64 32. To change it, write "new,old".`)
    this.name = 'SecretKeyUnusable'
  }
}

/** The value was changed since it was sealed, is cut off, or is read in a place that it was not sealed for. */
export class SealBroken extends Error {
  constructor() {
    super(
      'A stored secret cannot be opened: it was changed, or it belongs to another record. Enter the credentials again.',
    )
    this.name = 'SealBroken'
  }
}

/** The value was sealed under a key that is not in the list. */
export class SealKeyMissing extends Error {
  constructor(keyId: string) {
    super(
      `A stored secret was encrypted with the key ${keyId}, which is not in SWITCHYARD_SECRET_KEY. ` +
        'Add that key behind the present one, as "new,old".',
    )
    this.name = 'SealKeyMissing'
  }
}

/** A new key, as `SWITCHYARD_SECRET_KEY` wants it. */
export function generateSecretKey(): string {
  return randomBytes(keyBytesMin).toString('base64')
}

/**
 * Opens the vault with a list "new,old" of keys, each at least 32 bytes in base64 or hex: the first seals, all open.
 * Throws `SecretKeyUnusable`.
 */
export function createVault(secretKeys: string): Vault {
  const entries = secretKeys.split(',').map((entry) => entry.trim())
  const keys = entries.map((entry, index) => deriveKeys(readKey(entry, index + 1, entries.length)))
  const byId = new Map(keys.map((key) => [key.id, key]))
  const [newest] = keys
  if (!newest) throw new SecretKeyUnusable(1, 1, 'is empty.')

  return {
    seal(plaintext, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', newest.sealing, nonce)
      cipher.setAAD(boundTo(newest.id, context))
      const sealed = Buffer.concat([
        nonce,
        cipher.update(plaintext, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return `${version}.${newest.id}.${sealed.toString('base64url')}`
    },
    open(sealed, context) {
      const { keyId, bytes } = partsOf(sealed)
      const key = byId.get(keyId)
      if (!key) throw new SealKeyMissing(keyId)
      const end = bytes.length - tagBytes
      const decipher = createDecipheriv('aes-256-gcm', key.sealing, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(boundTo(keyId, context))
      decipher.setAuthTag(bytes.subarray(end))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, end)), decipher.final()]).toString()
      } catch {
        throw new SealBroken()
      }
    },
    needsRotation: (sealed) => partsOf(sealed).keyId !== newest.id,
    fingerprint: (value) => fingerprintUnder(newest, value),
    matchesFingerprint(value, fingerprint) {
      const key = byId.get(fingerprint.slice(0, fingerprint.indexOf('.')))
      return key !== undefined && isSame(fingerprint, fingerprintUnder(key, value))
    },
    keyFingerprints: () => keys.map(({ fingerprint }) => fingerprint),
  }
}

interface DerivedKeys {
  /** Names the key inside what it sealed. */
  readonly id: string
  readonly fingerprint: string
  readonly sealing: Buffer
  readonly hashing: Buffer
}

/** The key itself is used for nothing: each purpose has one of its own, so that none can be turned against another. */
function deriveKeys(key: Buffer): DerivedKeys {
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `switchyard ${version} ${purpose}`, bytes))
  const fingerprint = derive('key fingerprint', 16).toString('hex')
  return {
    id: fingerprint.slice(0, 8),
    fingerprint,
    sealing: derive('sealing', 32),
    hashing: derive('hashing', 32),
  }
}

function readKey(entry: string, position: number, count: number): Buffer {
  if (entry === '') throw new SecretKeyUnusable(position, count, 'is empty.')
  const key = decode(entry)
  if (!key) throw new SecretKeyUnusable(position, count, 'is neither base64 nor hexadecimal.')
  if (key.length < keyBytesMin) {
    throw new SecretKeyUnusable(
      position,
      count,
      `has ${key.length} bytes; it must have at least ${keyBytesMin}.`,
    )
  }
  // 32 random bytes have about 30 different values; fewer than 12 happen to nobody but those who typed them.
  if (new Set(key).size < 12)
    throw new SecretKeyUnusable(position, count, 'repeats itself and could be guessed.')
  return key
}

function decode(entry: string): Buffer | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(entry)) return Buffer.from(entry, 'hex')
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(entry)) return Buffer.from(entry, 'base64')
  if (/^[\w-]+={0,2}$/.test(entry)) return Buffer.from(entry, 'base64url')
  return undefined
}

function partsOf(sealed: string): { keyId: string; bytes: Buffer } {
  const match = /^v1\.(?<keyId>[0-9a-f]{8})\.(?<text>[\w-]+)$/.exec(sealed)
  const bytes = Buffer.from(match?.groups?.text ?? '', 'base64url')
  if (!match?.groups?.keyId || bytes.length < nonceBytes + tagBytes) throw new SealBroken()
  return { keyId: match.groups.keyId, bytes }
}

function boundTo(keyId: string, context: string): Buffer {
  return Buffer.from(`${version} ${keyId} ${context}`)
}

function fingerprintUnder(key: DerivedKeys, value: string): string {
  return `${key.id}.${createHmac('sha256', key.hashing).update(value).digest('base64url')}`
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
