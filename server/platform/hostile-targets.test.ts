import { once } from 'node:events'
import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AddressRefusedError } from '../../connectors/sdk/errors.ts'
import type { Resolve } from './guarded-sockets.ts'
import { createHttp } from './http-client.ts'
import { openNetwork } from './network.ts'
import { parseAllowedNetworks } from './safe-address.ts'

/** Both clients below `http`: got carries GET, undici carries POST. */
const methods = ['GET', 'POST']

/** What the inside of a network looks like: listens on every loopback address and counts whoever gets through. */
let reached = 0
let reachedAt: (string | undefined)[] = []
let redirectTo = ''
const inside = createServer((request, response) => {
  reached++
  reachedAt.push(request.socket.localAddress)
  if (request.url === '/redirect') response.writeHead(302, { location: redirectTo }).end()
  else response.end('"inside"')
})
let port = 0

beforeAll(async () => {
  inside.listen(0, '::')
  await once(inside, 'listening')
  const address = inside.address()
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.')
  port = address.port
})
beforeEach(() => {
  reached = 0
  reachedAt = []
})
afterAll(() => {
  inside.closeAllConnections()
  inside.close()
})

/** Answers every look-up with these addresses; a later look-up with the next list. */
function resolver(...answers: string[][]): Resolve {
  let turn = 0
  return (_host, answer) => {
    const addresses = answers[Math.min(turn++, answers.length - 1)] ?? []
    answer(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}

/** Calls the address over both clients and says how each ended. */
async function attempt(
  url: string,
  { allow = '', resolve, hubPort }: { allow?: string; resolve?: Resolve; hubPort?: number } = {},
) {
  const network = openNetwork(parseAllowedNetworks(allow, hubPort), resolve)
  const http = createHttp({ network, secrets: [], exchanges: [] })
  const outcomes: unknown[] = []
  for (const method of methods) {
    outcomes.push(
      await http.request(method, url, { timeoutMs: 3_000 }).then(
        ({ status }) => status,
        (error: unknown) => error,
      ),
    )
  }
  await network.close()
  return outcomes
}

/** "refused" where both clients were stopped by the guard and nobody was reached; else what happened. */
async function verdictOn(...call: Parameters<typeof attempt>): Promise<string> {
  const outcomes = await attempt(...call)
  if (reached > 0) return `reached the inside ${reached} times`
  const isRefused = outcomes.every(
    (outcome) => outcome instanceof AddressRefusedError && !outcome.mayHaveLeft,
  )
  return isRefused ? 'refused' : outcomes.map(String).join(', ')
}

describe('an address written as a number', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['another loopback', '127.8.9.10'],
    ['loopback as one decimal number', '2130706433'],
    ['loopback in octal', '0177.0.0.1'],
    ['loopback in hexadecimal', '0x7f.0.0.1'],
    ['loopback as one hexadecimal number', '0x7f000001'],
    ['loopback with parts left out', '127.1'],
    ['loopback in full-width digits', '１２７.０.０.１'],
    ['loopback with a percent-encoded digit', '%3127.0.0.1'],
    ['loopback with a dot at the end', '127.0.0.1.'],
    ['this host', '0.0.0.0'],
    ['this host, short', '0'],
    ['IPv6 loopback', '[::1]'],
    ['IPv6 loopback in full', '[0:0:0:0:0:0:0:1]'],
    ['IPv6 unspecified', '[::]'],
    ['loopback mapped into IPv6', '[::ffff:127.0.0.1]'],
    ['loopback mapped, in hexadecimal', '[::ffff:7f00:1]'],
    ['IPv4-compatible loopback', '[::127.0.0.1]'],
    ['IPv4-translated loopback', '[::ffff:0:127.0.0.1]'],
    ['NAT64 of loopback', '[64:ff9b::7f00:1]'],
    ['NAT64 of the metadata service', '[64:ff9b::a9fe:a9fe]'],
    ['local NAT64', '[64:ff9b:1::a00:1]'],
    ['6to4 of a private address', '[2002:a00:1::]'],
    ['Teredo', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]'],
    ['private 10/8', '10.0.0.1'],
    ['private 172.16/12', '172.31.255.255'],
    ['private 192.168/16', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['the metadata service of most clouds', '169.254.169.254'],
    ['the metadata service of Alibaba', '100.100.100.200'],
    ['the metadata service of Oracle', '192.0.0.192'],
    ['the wire server of Azure', '168.63.129.16'],
    ['the metadata service of AWS over IPv6', '[fd00:ec2::254]'],
    ['link-local IPv6', '[fe80::1]'],
    ['site-local IPv6', '[fec0::1]'],
    ['unique local IPv6', '[fc00::1]'],
    ['multicast', '224.0.0.1'],
    ['IPv6 multicast', '[ff02::1]'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['benchmarking', '198.18.0.1'],
    ['documentation', '203.0.113.9'],
    ['IPv6 documentation', '[2001:db8::1]'],
    ['newer IPv6 documentation', '[3fff::1]'],
    ['IPv6 outside what is handed out', '[4000::1]'],
  ])('refuses %s (%s)', async (_name, host) => {
    expect(await verdictOn(`http://${host}:${port}/`)).toBe('refused')
  })

  it('refuses https just the same', async () => {
    expect(await verdictOn(`https://127.0.0.1:${port}/`)).toBe('refused')
    expect(await verdictOn(`https://[::1]:${port}/`)).toBe('refused')
  })

  it('refuses what is not the web', async () => {
    for (const url of [
      'file:///etc/passwd',
      'gopher://127.0.0.1:70/x',
      'ftp://127.0.0.1/',
      'unix://run/docker.sock',
    ]) {
      expect(await verdictOn(url)).toBe('refused')
    }
  })
})

describe('a name', () => {
  it.each([
    ['loopback', ['127.0.0.1']],
    ['IPv6 loopback', ['::1']],
    ['a private address', ['10.1.2.3']],
    ['the metadata service', ['169.254.169.254']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['a link-local address with its zone', ['fe80::1%lo']],
    ['several private addresses', ['10.1.2.3', 'fd00::1', '127.0.0.1']],
  ])('that stands for %s is refused', async (_name, addresses) => {
    expect(await verdictOn(`http://crm.example:${port}/`, { resolve: resolver(addresses) })).toBe('refused')
    expect(await verdictOn(`https://crm.example:${port}/`, { resolve: resolver(addresses) })).toBe('refused')
  })

  it('that means this machine is refused by the system’s own look-up', async () => {
    expect(await verdictOn(`http://localhost:${port}/`)).toBe('refused')
    expect(await verdictOn(`http://LOCALHOST:${port}/`)).toBe('refused')
  })

  it('is connected to at the address that was checked, not at the answer to a second question', async () => {
    const turns: string[] = []
    const rebinding: Resolve = (host, answer) => {
      turns.push(host)
      // Harmless when asked first, inside when asked again.
      answer(null, [{ address: turns.length % 2 === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }])
    }
    const network = openNetwork(parseAllowedNetworks(`127.0.0.2:${port}`), rebinding)
    const http = createHttp({ network, secrets: [], exchanges: [] })
    expect((await http.get(`http://rebind.example:${port}/`)).status).toBe(200)
    // One question for one connection: there is no second answer to be fooled by.
    expect(turns).toHaveLength(1)
    await expect(http.post(`http://rebind.example:${port}/`)).rejects.toThrow(AddressRefusedError)
    expect(turns).toHaveLength(2)
    expect(reached).toBe(1)
    await network.close()
  })

  it('is reached at its allowed address only, where it has a forbidden one too', async () => {
    const outcomes = await attempt(`http://both.example:${port}/`, {
      allow: '127.0.0.2',
      resolve: resolver(['127.0.0.1', '127.0.0.2', '127.0.0.3']),
    })
    expect(outcomes).toEqual([200, 200])
    expect(reachedAt).toEqual(['::ffff:127.0.0.2', '::ffff:127.0.0.2'])
  })

  it('without an address is no refusal but a failure to look up', async () => {
    for (const outcome of await attempt(`http://none.example:${port}/`, { resolve: resolver([]) })) {
      expect(outcome).toHaveProperty('code', 'network')
    }
  })
})

describe('a redirect to the inside', () => {
  it.each(['127.0.0.1', '[::1]', '2130706433', '169.254.169.254', 'inside.example'])(
    'to %s is refused on the hop',
    async (host) => {
      redirectTo = `http://${host}:${port}/secret`
      const [read, write] = await attempt(`http://127.0.0.2:${port}/redirect`, {
        allow: '127.0.0.2',
        resolve: resolver(['127.0.0.1']),
      })
      expect(read).toBeInstanceOf(AddressRefusedError)
      expect(write).toHaveProperty('status', 302)
      // The two requests to the allowed address, and none beyond.
      expect(reached).toBe(2)
    },
  )

  it('to another kind of address is refused on the hop', async () => {
    redirectTo = 'file:///etc/passwd'
    const [read] = await attempt(`http://127.0.0.2:${port}/redirect`, { allow: '127.0.0.2' })
    expect(read).toBeInstanceOf(AddressRefusedError)
  })
})

describe('the hub itself', () => {
  const ownAddresses = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address }) => !address.startsWith('fe80'))
    .map(({ address }) => (address.includes(':') ? `[${address}]` : address))

  it.each([
    ...new Set([
      '127.0.0.1',
      '127.0.0.2',
      '0.0.0.0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      ...ownAddresses,
    ]),
  ])('is not called at %s, whatever is allowed', async (host) => {
    expect(await verdictOn(`http://${host}:${port}/`, { allow: '0.0.0.0/0, ::/0', hubPort: port })).toBe(
      'refused',
    )
  })

  it('is named as the reason', async () => {
    const [outcome] = await attempt(`http://127.0.0.1:${port}/`, { allow: '127.0.0.0/8', hubPort: port })
    expect(String(outcome)).toContain(`port ${port}, is this hub itself`)
  })

  it('leaves other ports of the machine to the list', async () => {
    expect(await attempt(`http://127.0.0.1:${port}/`, { allow: '127.0.0.0/8', hubPort: port + 1 })).toEqual([
      200, 200,
    ])
  })
})

describe('an allowed network', () => {
  it.each([
    ['an address', '127.0.0.2', '127.0.0.2'],
    ['a network', '127.0.0.0/8', '127.9.9.9'],
    ['an address with its port', '127.0.0.2:PORT', '127.0.0.2'],
    ['a network with a port', '127.0.0.0/8:PORT', '127.0.0.5'],
    ['an IPv6 address', '::1', '[::1]'],
    ['an IPv6 address with its port', '[::1]:PORT', '[::1]'],
    ['an IPv6 network with a port', '::1/128:PORT', '[::1]'],
    ['a network for its mapped spelling', '127.0.0.0/8', '[::ffff:127.0.0.1]'],
  ])('opens %s (%s)', async (_name, allow, host) => {
    const outcomes = await attempt(`http://${host}:${port}/`, { allow: allow.replace('PORT', String(port)) })
    expect(outcomes).toEqual([200, 200])
  })

  it('opens nothing beside it', async () => {
    expect(await verdictOn(`http://127.0.0.3:${port}/`, { allow: '127.0.0.2' })).toBe('refused')
    expect(await verdictOn(`http://127.0.0.2:${port}/`, { allow: `127.0.0.2:${port + 1}` })).toBe('refused')
    expect(await verdictOn(`http://[::1]:${port}/`, { allow: '127.0.0.0/8' })).toBe('refused')
  })

  it('is what the refusal tells an operator to add', async () => {
    const [outcome] = await attempt(`http://127.0.0.2:${port}/`)
    expect(String(outcome)).toContain(`add 127.0.0.2:${port} to SWITCHYARD_ALLOW_NETWORKS`)
    const [ipv6] = await attempt(`http://[::1]:${port}/`)
    expect(String(ipv6)).toContain(`add [::1]:${port} to SWITCHYARD_ALLOW_NETWORKS`)
  })
})
