import { isIPv6 } from 'node:net'

/**
 * What one party holds at the least: an IPv4 address, or the /64 of an IPv6 address, of which one connection has
 * millions of millions. An IPv4 address in an IPv6 coat is itself.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%')
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  if (inside) return inside
  if (!isIPv6(bare)) return bare
  const [head = '', tail] = bare.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array.from({ length: gap }, () => '0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
