import { isIP } from 'node:net'
import { isPublicIp } from './safe-address.ts'

/** Names that no public name server answers (RFC 6761, RFC 6762, RFC 8375), and what home and office networks use. */
const localName = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|test|invalid|example|home\.arpa)$/i

/** Whether an address leads nowhere but inside: to this machine or a network of its own. Asks no name server. */
export function isLocalAddress(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return !isPublicIp(host)
  // A name without a dot is one of the own network.
  return !host.includes('.') || localName.test(host)
}
