import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { AddressRefusedError } from '../../connectors/sdk/errors.ts'

/**
 * IPv4 ranges that are not the public internet, with the word that a refusal uses for them.
 * Source: IANA IPv4 Special-Purpose Address Registry (2026-11), plus the address under which Azure serves its
 * machines' own configuration.
 */
const refusedIpv4: readonly (readonly [cidr: string, kind: string])[] = [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared by a carrier (CGNAT)'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'the metadata service of a cloud'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'for documentation'],
  ['192.88.99.0/24', 'a 6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'for benchmarks'],
  ['198.51.100.0/24', 'for documentation'],
  ['203.0.113.0/24', 'for documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
]

/**
 * The same for IPv6. Everything outside 2000::/3 is refused anyway; the entries outside it are here for their name.
 * Tunnels that hide an IPv4 address (6to4, Teredo, local NAT64) are refused whole: nothing public needs them today.
 */
const refusedIpv6: readonly (readonly [cidr: string, kind: string])[] = [
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['64:ff9b:1::/48', 'a local NAT64 tunnel'],
  ['fc00::/7', 'private (unique local)'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
  ['2001::/32', 'a Teredo tunnel'],
  ['2001:2::/48', 'for benchmarks'],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'for documentation'],
  ['2002::/16', 'a 6to4 tunnel'],
  ['3fff::/20', 'for documentation'],
]

interface RefusedRange {
  kind: string
  list: BlockList
}

const refusedRanges: Readonly<Record<4 | 6, readonly RefusedRange[]>> = {
  4: refusedIpv4.map(([cidr, kind]) => ({ kind, list: listOf(cidr) })),
  6: refusedIpv6.map(([cidr, kind]) => ({ kind, list: listOf(cidr) })),
}
const globalIpv6 = listOf('2000::/3')
const loopback = listOf('127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128')

/** The networks that an operator opened beside the public internet, and the hub's own port, which nobody can open. */
export interface AllowedNetworks {
  readonly entries: readonly AllowedEntry[]
  /** Asked each time: a hub that was started on port 0 learns its port when it listens. */
  readonly hubPort: () => number | undefined
}

interface AllowedEntry {
  readonly list: BlockList
  /** Absent: every port. */
  readonly port: number | undefined
}

/** `SWITCHYARD_ALLOW_NETWORKS` cannot be read. The message names the entry and shows the right form. */
export class AllowedNetworksUnreadable extends Error {
  constructor(entry: string, problem: string) {
    super(
      `SWITCHYARD_ALLOW_NETWORKS has the entry "${entry}", ${problem}. ` +
        'Write addresses or networks with a port if you like, separated by commas: ' +
        '10.0.0.0/8, 192.168.1.20:8080, fd00::/8, [fd00::1]:443.',
    )
    this.name = 'AllowedNetworksUnreadable'
  }
}

/**
 * Reads `SWITCHYARD_ALLOW_NETWORKS` (`cidr[:port],…`). An IPv6 address with a port stands in brackets; behind a
 * prefix length brackets are optional. `hubPort` is the port this process listens on: it stays closed on every
 * address of this machine whatever the list says, because a flow that posts to its own hub acts with no one's rights.
 * Throws `AllowedNetworksUnreadable`.
 */
export function parseAllowedNetworks(
  text: string | undefined,
  hubPort?: number | (() => number | undefined),
): AllowedNetworks {
  const entries = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry)
  return { entries, hubPort: typeof hubPort === 'function' ? hubPort : () => hubPort }
}

const entryForm = /^(?:\[(?<bracketed>[^\]]+)\]|(?<bare>[^/[\]]+?))(?:\/(?<prefix>\d+))?(?::(?<port>\d+))?$/

function parseEntry(entry: string): AllowedEntry {
  // "[fd00::/8]:443" says the same as "[fd00::]/8:443"; a bare "fd00::1" must not lose its last group to the port.
  const text = entry.replace(/^\[([^\]/]+)\/(\d+)\]/, '[$1]/$2')
  const bareIpv6 = isIP(text) === 6
  const parts = bareIpv6 ? { bare: text } : entryForm.exec(text)?.groups
  const ip = parts?.bracketed ?? parts?.bare
  if (!parts || ip === undefined)
    throw new AllowedNetworksUnreadable(entry, 'which is not an address or network')

  const version = isIP(ip)
  if (version === 0) throw new AllowedNetworksUnreadable(entry, `but "${ip}" is not an IP address`)
  const bits = version === 4 ? 32 : 128
  const prefix = parts.prefix === undefined ? bits : Number(parts.prefix)
  if (prefix > bits) throw new AllowedNetworksUnreadable(entry, `but a prefix length is at most ${bits}`)
  const port = parts.port === undefined ? undefined : Number(parts.port)
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw new AllowedNetworksUnreadable(entry, 'but a port is between 1 and 65535')
  }
  return { list: listOf(`${ip}/${prefix}`), port }
}

/** Lets an address and port pass, or throws what `refusalOf` says. */
export function guardAddress(allowed: AllowedNetworks, ip: string, port: number, host?: string): void {
  const refusal = refusalOf(allowed, ip, port, host)
  if (refusal) throw refusal
}

/**
 * Why an address may not be connected to, with the entry that would open it, or `undefined` where it may. `ip` is the
 * address that is about to be connected to, never a name; `host` is the name it came from, for the message.
 */
export function refusalOf(
  allowed: AllowedNetworks,
  ip: string,
  port: number,
  host?: string,
): AddressRefusedError | undefined {
  const address = plainAddress(ip)
  const shown = host === undefined || host === ip ? ip : `${ip} (${host})`

  if (port === allowed.hubPort() && isOwnAddress(address)) {
    return new AddressRefusedError(
      `${shown}, port ${port}, is this hub itself, which no connection may call. Use another address.`,
    )
  }
  const kind = refusedKind(address)
  if (kind === undefined || allowed.entries.some((entry) => matches(entry, address, port))) return undefined

  const opening = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`
  return new AddressRefusedError(
    `${shown} is not a public address (${kind}), so nothing was sent. ` +
      `If this hub is meant to reach it, an operator can add ${opening} to SWITCHYARD_ALLOW_NETWORKS.`,
  )
}

/** Whether an address is one of the public internet, whatever an operator has opened beside it. */
export function isPublicIp(ip: string): boolean {
  return refusedKind(plainAddress(ip)) === undefined
}

/** An IPv4 address in an IPv6 coat (`::ffff:10.0.0.1`, NAT64 64:ff9b::/96) is judged by the address inside. */
function plainAddress(ip: string): string {
  const withoutZone = ip.split('%')[0] ?? ip
  if (isIP(withoutZone) !== 6) return withoutZone
  const groups = groupsOf(withoutZone)
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  const nat64 = groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0)
  if (!mapped && !nat64) return withoutZone
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

/** The eight 16-bit groups of a valid IPv6 address, in whichever spelling. */
function groupsOf(ip: string): number[] {
  // The URL parser writes every IPv6 address in one canonical form, without a dotted tail.
  const canonical = new URL(`http://[${ip}]/`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16))
}

function refusedKind(address: string): string | undefined {
  const version = isIP(address)
  if (version === 0) return 'not an IP address'
  if (version === 4) return kindIn(refusedRanges[4], address)
  return kindIn(refusedRanges[6], address) ?? (checks(globalIpv6, address) ? undefined : 'reserved')
}

function kindIn(ranges: readonly RefusedRange[], address: string): string | undefined {
  return ranges.find(({ list }) => checks(list, address))?.kind
}

function matches(entry: AllowedEntry, address: string, port: number): boolean {
  return (entry.port === undefined || entry.port === port) && checks(entry.list, address)
}

/** Interfaces come and go (a VPN, a container network), so they are read when the port matches, which is rare. */
function isOwnAddress(address: string): boolean {
  if (checks(loopback, address)) return true
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own.some((candidate) =>
    checks(listOf(`${candidate.address}/${isIP(candidate.address) === 4 ? 32 : 128}`), address),
  )
}

function checks(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function listOf(...cidrs: string[]): BlockList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [ip = '', prefix] = cidr.split('/')
    list.addSubnet(ip, Number(prefix), isIP(ip) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
