import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReceiver } from './testing/start-receiver.ts'
import type { Receiver } from './testing/start-receiver.ts'
import { startTestHub } from './testing/start-test-hub.ts'
import type { TestHub } from './testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from './testing/wire.ts'

const token = 'swy_test-metrics-token'
let receiver: Receiver
let hub: TestHub
let text: string
let answers: number[]

/** A day in small: hooks of every kind, one flow whose destination takes some and refuses others. */
beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
  const workspaceId = (await hub.deps.workspaces.all())[0]!.id
  const wire = wireUp(hub.deps, workspaceId)
  const form = await wire.connection('webhook', {
    incomingCheck: 'bearer',
    incomingSecret: 'a-bearer-of-news',
  })
  const target = await wire.connection('webhook', { baseUrl: receiver.url })
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed('/in'),
    type: fixed('signup'),
    data: field('event.contact'),
  })
  await wire.flow({
    trigger: { connectionId: form.id, events: ['custom.event'] },
    entry: 'every_event',
    steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
  })
  receiver.answer(({ body }, response) => response.writeHead(body.includes('bad') ? 400 : 200).end('{}'))
  const post = async (name: string, secret = 'a-bearer-of-news', path = form.hookPath) => {
    const response = await fetch(`${hub.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ type: 'signup', event_id: name, contact: { email: `${name}@example.org` } }),
    })
    return response.status
  }
  answers = [
    await post('eva'),
    await post('jan'),
    await post('bad'),
    await post('eva'),
    await post('mallory', 'a-guess'),
    await post('mallory', 'a-guess', '/hooks/nobody-has-this-address'),
  ]
  await hub.settled()
  text = await (await ask(token)).text()
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
})

function ask(shown?: string): Promise<Response> {
  return fetch(`${hub.url}/metrics`, shown ? { headers: { authorization: `Bearer ${shown}` } } : {})
}

/** The samples, `name{labels}` each, and their values. */
const samples = (): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )

describe('the numbers', () => {
  it('are for whoever shows their token, and for nobody else, the operator’s own included', async () => {
    for (const shown of [undefined, 'swy_test-metrics-tokem', hub.adminToken]) {
      const answer = await ask(shown)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(await answer.text()).not.toContain('switchyard_')
    }
    const answer = await ask(token)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'no-store',
    ])
  })

  it('say what happened on the road, stage by stage', () => {
    expect(answers).toEqual([202, 202, 202, 202, 401, 404])
    expect(Object.fromEntries(samples())).toMatchObject({
      'switchyard_receipts_total{outcome="accepted"}': 4,
      'switchyard_receipts_total{outcome="refused"}': 1,
      'switchyard_receipts_total{outcome="unknown_address"}': 1,
      switchyard_receipt_accept_seconds_count: 5,
      'switchyard_receipts_worked_total{state="done"}': 3,
      'switchyard_receipts_worked_total{state="duplicate"}': 1,
      'switchyard_events_total{entered="yes"}': 3,
      switchyard_event_handled_seconds_count: 3,
      switchyard_runs_total: 3,
      'switchyard_deliveries_total{connector="webhook",state="queued"}': 3,
      'switchyard_deliveries_total{connector="webhook",state="delivered"}': 2,
      'switchyard_deliveries_total{connector="webhook",state="refused"}': 1,
      'switchyard_attempt_seconds_count{connector="webhook"}': 3,
      switchyard_delivery_seconds_count: 2,
      'switchyard_under_way{queue="attempts"}': 0,
      switchyard_store_reachable: 1,
      switchyard_open_receipts: 0,
      switchyard_oldest_open_receipt_seconds: 0,
      'switchyard_open_deliveries{state="parked"}': 0,
      switchyard_due_delivery_lag_seconds: 0,
      switchyard_breakers_open: 0,
      switchyard_poll_lag_seconds: 0,
      switchyard_disk_has_room: 1,
    })
    expect(samples().get('switchyard_store_commit_seconds_count')).toBeGreaterThan(0)
    expect(samples().get('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(
      [...samples().keys()].filter((name) => name.startsWith('switchyard_job_overdue_seconds')),
    ).not.toEqual([])
  })

  it('are in the form that Prometheus reads', () => {
    const lines = text.trimEnd().split('\n')
    const form =
      /^(?:# HELP [a-z0-9_]+ .+|# TYPE [a-z0-9_]+ (?:counter|gauge|histogram)|[a-z0-9_]+(?:\{[a-z_]+="[^"\n]*"(?:,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+|[a-z0-9_]+ Nan|)$/
    expect(lines.filter((line) => !form.test(line))).toEqual([])
    const described = lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? [])
    expect(new Set(described).size).toBe(described.length)
    const counts = [...samples()].filter(([name]) =>
      name.startsWith('switchyard_event_handled_seconds_bucket'),
    )
    const values = counts.map(([, value]) => value)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    expect(counts.at(-1)).toEqual(['switchyard_event_handled_seconds_bucket{le="+Inf"}', 3])
  })

  it('name nobody and nothing that there can be many of', () => {
    expect(text).not.toMatch(/@|\b(?:con|rcp|evt|ctc|run|dlv|att|flw|wsp)_[0-9a-f]{4}|mallory|eva\b/)
    expect(samples().size).toBeLessThan(400)
  })

  it('are what the alert rules speak of', () => {
    const rules = readFileSync(join(import.meta.dirname, '..', 'alerts.yaml'), 'utf8')
    const alerts = rules.split(/^ {6}- alert: /m).slice(1)
    expect(alerts.length).toBeGreaterThan(15)
    const known = new Set(text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []))
    for (const alert of alerts) {
      const expression = /^ {8}expr: (?:>-\n)?((?:.+\n)+?)(?= {8}\w)/m.exec(alert)?.[1] ?? ''
      expect(expression).not.toBe('')
      expect(alert).toMatch(/^ {8}labels: \{ severity: (?:page|warn) \}$/m)
      expect(alert).toMatch(/^ {10}summary: .+$/m)
      const named = expression.match(/\b(?:switchyard|process|nodejs)_[a-z0-9_]+/g) ?? []
      expect(named).not.toEqual([])
      expect(named.filter((name) => !known.has(name.replace(/_bucket$/, '')))).toEqual([])
    }
  })
})
