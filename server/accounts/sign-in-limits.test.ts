import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { browserAt } from '../graphql/testing/browser-at.ts'
import type { Browser } from '../graphql/testing/browser-at.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { networkOf } from './network-of.ts'

let hub: TestHub
const password = 'seven silver spoons'

beforeAll(async () => {
  // A proxy in front, so that a test can say which address a request comes from.
  hub = await startTestHub({ SWITCHYARD_TRUST_PROXY: '1' })
})
afterAll(() => hub.close())
afterEach(() => void vi.useRealTimers())

async function account(email: string): Promise<void> {
  const { accounts, newId, now } = hub.deps
  await accounts.users.add(
    { id: newId('usr'), email, name: 'Somebody', createdAt: now() },
    { passwordHash: await accounts.passwords.hash(password) },
  )
}

async function attempt(browser: Browser, email: string, guess: string, from: string) {
  const { data } = await browser.ask(
    `mutation ($email: String!, $guess: String!) { signIn(email: $email, password: $guess) {
      __typename ... on HubError { code } ... on TooManyAttempts { retryAfterSeconds }
    } }`,
    { email, guess },
    { 'x-forwarded-for': from },
  )
  return data.signIn
}

async function hammer(email: string, times: number, from: (at: number) => string) {
  const outcomes: string[] = []
  for (let at = 0; at < times; at++) {
    outcomes.push((await attempt(browserAt(hub), email, `guess number ${at}`, from(at))).code)
  }
  return outcomes
}

describe('guessing passwords', () => {
  it('ends after ten tries, and the owner of the account comes in from elsewhere all the while', async () => {
    await account('ann@example.com')
    const outcomes = await hammer('ann@example.com', 12, () => '192.0.2.1')
    expect(outcomes).toEqual([
      ...Array.from({ length: 10 }, () => 'sign_in_refused'),
      'too_many_attempts',
      'too_many_attempts',
    ])
    // Not even with the right password, or the next guess would tell that it was right.
    expect((await attempt(browserAt(hub), 'ann@example.com', password, '192.0.2.1')).code).toBe(
      'too_many_attempts',
    )
    const own = await attempt(browserAt(hub), 'ann@example.com', password, '198.51.100.7')
    expect(own.__typename).toBe('SignedIn')
  })

  it('is stopped for accounts that do not exist in the same words', async () => {
    const outcomes = await hammer('nobody@example.com', 11, () => '192.0.2.2')
    expect(outcomes.slice(-2)).toEqual(['sign_in_refused', 'too_many_attempts'])
  })

  it('all at once is no way around', async () => {
    await account('bea@example.com')
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        attempt(browserAt(hub), 'bea@example.com', `guess ${at}`, '192.0.2.3'),
      ),
    )
    expect(outcomes.filter(({ code }) => code === 'sign_in_refused')).toHaveLength(10)
  })

  it('through many addresses at once is stopped too, but not in a browser that the person used before', async () => {
    await account('cas@example.com')
    const own = browserAt(hub)
    await attempt(own, 'cas@example.com', password, '198.51.100.8')
    await own.ask('mutation { signOut { ... on Deleted { id } } }')
    const { limits } = hub.deps.accounts
    for (let at = 0; at < 100; at++) {
      await limits.begin({ email: 'cas@example.com', address: `203.0.113.${at}`, knownDevice: undefined })
    }
    expect((await attempt(browserAt(hub), 'cas@example.com', password, '198.51.100.9')).code).toBe(
      'too_many_attempts',
    )
    expect((await attempt(own, 'cas@example.com', password, '198.51.100.9')).__typename).toBe('SignedIn')
    // The mark of that browser opens no other account.
    await account('dan@example.com')
    for (let at = 0; at < 100; at++) {
      await limits.begin({ email: 'dan@example.com', address: `203.0.113.${at}`, knownDevice: undefined })
    }
    expect((await attempt(own, 'dan@example.com', password, '192.0.2.4')).code).toBe('too_many_attempts')
  })

  it('of many accounts from one address is stopped as well', async () => {
    const { limits } = hub.deps.accounts
    const address = '192.0.2.5'
    for (let at = 0; at < 100; at++) {
      await limits.begin({ email: `account-${at}@example.com`, address, knownDevice: undefined })
    }
    await expect(
      limits.begin({ email: 'one-more@example.com', address, knownDevice: undefined }),
    ).rejects.toMatchObject({ code: 'too_many_attempts' })
  })

  it('may be tried again after a quarter of an hour, and one’s own mistakes are forgotten with success', async () => {
    await account('eli@example.com')
    await hammer('eli@example.com', 10, () => '192.0.2.6')
    const stopped = await attempt(browserAt(hub), 'eli@example.com', password, '192.0.2.6')
    expect(Math.ceil(stopped.retryAfterSeconds / 60)).toBe(15)
    const stoppedAt = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: stoppedAt + 13 * 60_000 })
    expect((await attempt(browserAt(hub), 'eli@example.com', password, '192.0.2.6')).code).toBe(
      'too_many_attempts',
    )
    vi.setSystemTime(stoppedAt + 16 * 60_000)
    expect((await attempt(browserAt(hub), 'eli@example.com', password, '192.0.2.6')).__typename).toBe(
      'SignedIn',
    )
    const outcomes = await hammer('eli@example.com', 10, () => '192.0.2.6')
    expect(outcomes.at(-1)).toBe('sign_in_refused')
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001::', '2001:db8:1:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])(
    'counts %s as %s: an IPv6 connection has more addresses than anybody could count',
    (address, network) => {
      expect(networkOf(address)).toBe(network)
    },
  )
})
