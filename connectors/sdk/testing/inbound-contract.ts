import { describe, expect, it } from 'vitest'
import type { AnyConnector, AnyInbound } from '../define-connector.ts'
import type { Hook } from '../hook.ts'
import { readHook, readPayload } from '../read-hook.ts'
import type { Reading } from '../read-hook.ts'
import type { Signature } from '../signature.ts'
import { bodyOf } from './fixture.ts'
import type { InboundFixture, Named } from './fixture.ts'
import { hookAddress, hookOf } from './hook-of.ts'
import { secretsIn } from './secrets-in.ts'
import { spoilt } from './spoilt.ts'

interface Case {
  connector: AnyConnector
  auth: Record<string, unknown>
  /** The scheme that these credentials ask for. */
  signature: Signature<unknown>
  /** What the signature consists of. */
  signedHeaders: string[]
  hook: (change?: { headers?: Record<string, string>; body?: Buffer; receivedAt?: Date }) => Hook
}

/** Proves the stories of what a vendor sends. */
export function describeInboundContract(
  connector: AnyConnector,
  stories: readonly Named<InboundFixture>[],
): void {
  describe.each(stories)(`${connector.name}: $file`, (story) => {
    const inbound = connector.inbound.find(({ id }) => id === story.inbound)
    if (!inbound) return
    const subject = caseOf(connector, inbound, story)
    const read = (hook: Hook, credentials: readonly unknown[] = [subject.auth]) =>
      readHook(connector, hook, credentials)

    if (!Array.isArray(story.expect) && 'handshake' in story.expect) {
      const { handshake } = story.expect
      it('answers the handshake', () => {
        expect(read(subject.hook())).toEqual({ outcome: 'handshake', inbound: inbound.id, reply: handshake })
      })
      return
    }

    it('is accepted and means exactly what is promised', () => {
      expect(promiseOf(read(subject.hook()))).toEqual({ inbound: inbound.id, items: [story.expect].flat() })
    })

    it('keeps to snake_case in what it makes of the payload', () => {
      expect(camelNames(read(subject.hook()))).toEqual([])
    })

    it('lets no secret into an event', () => {
      const text = JSON.stringify(read(subject.hook()))
      expect(secretsIn(connector, subject.auth).filter((secret) => text.includes(secret))).toEqual([])
    })

    it('is kept with a reason, and nothing breaks, whatever its fields turn out to hold one day', () => {
      const broken: string[] = []
      for (const { at, payload } of spoilt(story.json)) {
        const body = Buffer.from(JSON.stringify(payload) ?? '')
        try {
          readPayload(inbound, subject.hook({ body }), subject.auth)
        } catch (error) {
          broken.push(`${at}: ${String(error)}`)
        }
      }
      expect(broken).toEqual([])
    })

    it('means the same when it is read again', () => {
      expect(read(subject.hook())).toEqual(read(subject.hook()))
    })

    if (subject.signature.scheme === 'unsigned') return

    it('is still accepted while its secret is being rotated out', () => {
      expect(read(subject.hook(), [wrong(connector, subject.auth), subject.auth]).outcome).toBe('read')
    })

    it('is refused under another secret', () => {
      expect(read(subject.hook(), [wrong(connector, subject.auth)]).outcome).not.toBe('read')
    })

    it.each(subject.signedHeaders)('is refused without the header %s', (header) => {
      const { [header]: _, ...rest } = subject.hook().headers
      expect(read(subject.hook({ headers: rest })).outcome).not.toBe('read')
    })

    if (subject.signature.coversBody) {
      it('is refused when one byte differs', () => {
        const changed = Buffer.concat([subject.hook().body, Buffer.from(' ')])
        expect(read(subject.hook({ body: changed })).outcome).toBe('refused')
      })
    }

    const { toleranceSeconds } = subject.signature
    if (toleranceSeconds !== undefined) {
      it('is refused when it is played again later', () => {
        const later = new Date(Date.parse(story.receivedAt) + (toleranceSeconds + 3600) * 1000)
        expect(read(subject.hook({ receivedAt: later }))).toMatchObject({
          outcome: 'refused',
          reason: { code: 'timestamp_outside_tolerance' },
        })
      })
    }
  })

  it.each(connector.inbound.filter(({ signature }) => signature.scheme !== 'unsigned').map(({ id }) => id))(
    `${connector.name}: %s is proven by a signature that was recorded and not made by the contract`,
    (id) => {
      expect(stories.some((story) => story.inbound === id && story.signed === undefined)).toBe(true)
    },
  )
}

function caseOf(connector: AnyConnector, inbound: AnyInbound, story: InboundFixture): Case {
  const auth: Record<string, unknown> = connector.auth.fields.parse(story.auth)
  const signature: Signature<unknown> = inbound.signature.chosen?.(auth) ?? inbound.signature
  const request = {
    method: story.method,
    url: story.url ?? hookAddress,
    headers: story.headers,
    body: bodyOf(story),
  }
  const made = signature.sign?.(request, auth, new Date(story.receivedAt)) ?? {}
  const byContract = story.signed !== undefined
  const url = byContract ? (signature.signAddress?.(request.url, auth) ?? request.url) : request.url
  const headers = { ...story.headers, ...(byContract ? made : {}) }
  return {
    connector,
    auth,
    signature,
    signedHeaders: Object.keys(made)
      .map((name) => name.toLowerCase())
      .filter((name) => !name.endsWith('-version')),
    hook: (change) =>
      hookOf({
        method: story.method,
        url,
        headers,
        body: request.body,
        receivedAt: new Date(story.receivedAt),
        ...change,
      }),
  }
}

/** A reading in the form in which fixtures promise it. */
function promiseOf(reading: Reading): unknown {
  if (reading.outcome !== 'read') return reading
  const items = reading.items.map((each) =>
    each.ok ? { dedupeKey: each.dedupeKey, events: each.events } : { notUnderstood: each.reason },
  )
  return { inbound: reading.inbound, items }
}

function camelNames(reading: Reading): string[] {
  if (reading.outcome !== 'read') return []
  const events = reading.items.flatMap((each) => (each.ok ? each.events : []))
  const names = events.flatMap((event) => [
    ...Object.keys(event.properties ?? {}),
    ...Object.keys(event.context ?? {}),
  ])
  return names.filter((name) => /[A-Z\s-]/.test(name))
}

/** The same credentials with every secret changed. */
function wrong(connector: AnyConnector, auth: Record<string, unknown>): Record<string, unknown> {
  const secrets = secretsIn(connector, auth)
  return Object.fromEntries(
    Object.entries(auth).map(([name, value]) => [
      name,
      typeof value === 'string' && secrets.includes(value)
        ? `${value.slice(0, -2)}${value.endsWith('xy') ? 'yx' : 'xy'}`
        : value,
    ]),
  )
}
