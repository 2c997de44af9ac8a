import { expect, it } from 'vitest'
import { HttpStatusError, NetworkError } from '#sdk'
import type { EventDraft } from '#sdk'
import type { Receipt } from '../receipts/receipt-store.ts'
import { createLogger } from '../platform/logger.ts'
import { createEnrichEvents } from './enrich-events.ts'

const began = new Date('2026-11-27T10:00:00Z')
const receipt = { id: 'rcp_1', connectionId: 'con_1', receivedAt: began } as unknown as Receipt
const draft = { name: 'contact.updated', contact: {}, properties: {} } as unknown as EventDraft

/** Asks a vendor that fails in this way each time; how often it was asked, and what became of the event. */
async function askedOf(err: Error) {
  let now = began
  let asked = 0
  const enrich = () => {
    asked++
    return Promise.reject(err)
  }
  const open = { connection: { id: 'con_1' }, connector: { enrich, limits: {} }, credentials: [{}] }
  const deps = {
    connections: { byId: () => Promise.resolve(open) },
    log: createLogger({ level: 'silent' }),
    now: () => now,
    sleep: (ms: number) => {
      now = new Date(now.getTime() + ms)
      return Promise.resolve()
    },
    stopping: new AbortController().signal,
  } as unknown as Parameters<typeof createEnrichEvents>[0]
  const result = await createEnrichEvents(deps)(receipt, draft)
  return { asked, result, minutes: (now.getTime() - began.getTime()) / 60_000 }
}

it('asks a vendor that is away for nearly five minutes, and then lets the event go on as it came', async () => {
  const { asked, result, minutes } = await askedOf(new NetworkError('reset', false))
  expect(result).toEqual({ draft, notEnriched: true })
  expect(asked).toBeGreaterThan(5)
  expect(minutes).toBeGreaterThan(4)
  expect(minutes).toBeLessThanOrEqual(5)
})

it('asks once where the key may not ask, so that nothing waits behind it', async () => {
  const answer = { method: 'GET', url: 'https://x.example', headers: {}, body: '', mayHaveLeft: true }
  const { asked, result } = await askedOf(new HttpStatusError({ ...answer, status: 403 }))
  expect(result).toEqual({ draft, notEnriched: true })
  expect(asked).toBe(1)
})
