import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AllowedNetworksUnreadable, guardAddress, parseAllowedNetworks, refusalOf } from './safe-address.ts'

const nothing = parseAllowedNetworks('')

describe('the public internet', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
  ])('is open at %s', (ip) => {
    expect(refusalOf(nothing, ip, 443)).toBeUndefined()
  })

  it.each([
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
  ])('is open at %s', (ip) => {
    expect(refusalOf(nothing, ip, 443)).toBeUndefined()
  })

  it.each([
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '2a00:1450::1',
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
  ])('is open at %s', (ip) => {
    expect(refusalOf(nothing, ip, 443)).toBeUndefined()
  })
})

it('judges an IPv4 address the same in every IPv6 coat', () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number)
      const tail = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      const plain = refusalOf(nothing, ip, 443) !== undefined
      for (const coat of [`::ffff:${ip}`, `::ffff:${tail}`, `0:0:0:0:0:ffff:${tail}`, `64:ff9b::${tail}`]) {
        expect(refusalOf(nothing, coat, 443) !== undefined).toBe(plain)
      }
    }),
  )
})

it('refuses every IPv6 address that is not handed out for the public internet', () => {
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      const first = Number.parseInt(ip.split(':')[0] || '0', 16)
      if (first >= 0x2000 && first < 0x4000) return
      // What is left are the coats of IPv4 addresses, judged above.
      if (/^(?:0*64:0*ff9b|::ffff|(?:0+:){5}ffff)/i.test(ip)) return
      expect(refusalOf(nothing, ip, 443)).toBeDefined()
    }),
  )
})

it('refuses what is no address at all', () => {
  expect(() => guardAddress(nothing, 'crm.internal', 80)).toThrow('not an IP address')
})

it('closes the hub’s own port from the moment it is known', () => {
  const hub: { port?: number } = {}
  const allowed = parseAllowedNetworks('127.0.0.0/8', () => hub.port)
  expect(refusalOf(allowed, '127.0.0.1', 4000)).toBeUndefined()
  hub.port = 4000
  expect(refusalOf(allowed, '127.0.0.1', 4000)?.message).toContain('is this hub itself')
})

describe('SWITCHYARD_ALLOW_NETWORKS', () => {
  it('may be left out, empty or written with blanks', () => {
    expect(parseAllowedNetworks(undefined).entries).toEqual([])
    expect(parseAllowedNetworks(' , ').entries).toEqual([])
    expect(parseAllowedNetworks(' 10.0.0.0/8 ,\n192.168.1.20:8080 ').entries).toHaveLength(2)
  })

  it.each([
    ['10.0.0.0/8', '10.200.0.1', 1, true],
    ['10.0.0.0/8', '11.0.0.1', 1, true],
    ['10.0.0.0/8:443', '10.0.0.1', 443, true],
    ['10.0.0.0/8:443', '10.0.0.1', 80, false],
    ['fd00::/8', 'fd12::1', 9, true],
    ['[fd00::/8]:443', 'fd12::1', 443, true],
    ['[fd00::]/8:443', 'fd12::1', 443, true],
    ['fd00::/8:443', 'fd12::1', 80, false],
    ['[fd00::1]:443', 'fd00::1', 443, true],
    ['[fd00::1]:443', 'fd00::1', 80, false],
    ['fd00::1', 'fd00::1', 80, true],
    ['fd00::1', 'fd00::2', 80, false],
    ['fd00::1:443', 'fd00::1', 443, false],
    ['0.0.0.0/0', '169.254.169.254', 80, true],
  ])('with %s decides on %s port %d: %s', (list, ip, port, isOpen) => {
    expect(refusalOf(parseAllowedNetworks(list), ip, port) === undefined).toBe(isOpen)
  })

  it.each([
    ['10.0.0.0/33', 'a prefix length is at most 32'],
    ['fd00::/129', 'a prefix length is at most 128'],
    ['10.0.0.1:0', 'a port is between 1 and 65535'],
    ['10.0.0.1:70000', 'a port is between 1 and 65535'],
    ['crm.internal', '"crm.internal" is not an IP address'],
    ['10.0.0', '"10.0.0" is not an IP address'],
    ['10.0.0.256', '"10.0.0.256" is not an IP address'],
    ['010.0.0.1', '"010.0.0.1" is not an IP address'],
    ['http://10.0.0.1', 'is not an'],
    ['10.0.0.0/8/8', 'is not an address or network'],
    ['*', '"*" is not an IP address'],
  ])('names the entry %s that it cannot read', (entry, problem) => {
    expect(() => parseAllowedNetworks(`10.0.0.0/8,${entry}`)).toThrow(AllowedNetworksUnreadable)
    expect(() => parseAllowedNetworks(`10.0.0.0/8,${entry}`)).toThrow(`has the entry "${entry}"`)
    expect(() => parseAllowedNetworks(`10.0.0.0/8,${entry}`)).toThrow(problem)
  })
})
