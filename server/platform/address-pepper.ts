import { createHmac, randomBytes } from 'node:crypto'
import type { Vault } from './vault.ts'

const context = 'address pepper'
const pepperBytes = 32

/** Recognises an address (email, phone) that must be remembered without being kept, such as a suppressed one. */
export interface AddressPepper {
  /** The same for the same text, whatever key the vault has; the caller brings addresses to one spelling first. */
  hash(address: string): string
  /** The pepper for storing, under the vault's newest key. Store it again when the vault asks for rotation. */
  readonly sealed: string
}

/**
 * Opens the stored pepper, or makes one where there is none yet. It is random and stays for ever: the vault's key
 * changes, but an address that asked to be forgotten must still be recognised, and nothing is left to hash it from anew.
 * Throws like `Vault.open`.
 */
export function openAddressPepper(vault: Vault, stored?: string): AddressPepper {
  const pepper =
    stored === undefined ? randomBytes(pepperBytes).toString('base64') : vault.open(stored, context)
  const isCurrent = stored !== undefined && !vault.needsRotation(stored)
  return {
    sealed: isCurrent ? stored : vault.seal(pepper, context),
    hash: (address) => createHmac('sha256', Buffer.from(pepper, 'base64')).update(address).digest('hex'),
  }
}
