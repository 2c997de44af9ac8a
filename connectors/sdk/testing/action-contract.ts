import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AnyConnector, HttpDefaults } from '../define.ts'
import { HttpStatusError, InputRefusedError } from '../errors.ts'
import { failureClassOfStatus } from '../failure-class.ts'
import type { CallFixture, Exchange, Named } from './fixture.ts'
import type { SentCall } from './local-http.ts'
import { localHttp } from './local-http.ts'
import { withReplies } from './replay.ts'
import { secretsIn } from './secrets-in.ts'

type Outcome = { output: unknown } | { failure: { class: string; message?: string } } | { refused: string }

/** Proves the stories of what the connector asks a vendor to do, against a real local server. */
export function describeActionContract(
  connector: AnyConnector,
  stories: readonly Named<CallFixture>[],
): void {
  describe.each(stories)(`${connector.name}: $file`, (story) => {
    it('makes exactly the recorded calls and comes to what is promised', async () => {
      const { sent, outcome } = await play(connector, story)
      const defaults = defaultsOf(connector, story)
      expect(sent.map((call, at) => comparable(call, story.exchanges[at]))).toEqual(
        story.exchanges.map((each) => promised(each, defaults.prefixUrl)),
      )
      expect(withoutUnpromised(outcome, story.expect)).toEqual(story.expect)
    })

    it('puts no secret where a captured request would show it', async () => {
      const { sent } = await play(connector, story)
      const secrets = [...secretsIn(connector, story.auth), story.accessToken]
      const shown = sent.map(({ url, body }) => `${url} ${body}`).join(' ')
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    })
  })

  const broken = { 401: 'fix_connection', 429: 'retry', 503: 'retry' }
  const writing = stories.filter(
    (story) => story.call === 'run' && story.action in connector.actions && 'output' in story.expect,
  )
  const first = Object.values(Object.groupBy(writing, ({ action }) => action)).flatMap(
    (each) => each?.slice(0, 1) ?? [],
  )
  describe.each(first)(`${connector.name}: $action when the vendor refuses`, (story) => {
    it.each(Object.entries(broken))('status %s is left to whoever it concerns: %s', async (status, whose) => {
      const reply = { status: Number(status), headers: { 'retry-after': '7' }, body: '' }
      const { outcome } = await play(connector, story, [reply])
      expect(outcome).toMatchObject({ failure: { class: whose } })
    })
  })
}

async function play(
  connector: AnyConnector,
  story: CallFixture,
  replies: readonly Exchange['reply'][] = story.exchanges.map(({ reply }) => reply),
): Promise<{ sent: SentCall[]; outcome: Outcome }> {
  const auth: unknown = connector.auth.fields.parse(story.auth)
  return withReplies(replies, async (origin) => {
    const { http, sent } = localHttp(origin, defaultsOf(connector, story))
    const outcome = await outcomeOf(connector, () => call(connector, story, { http, auth }))
    return { sent, outcome }
  })
}

function defaultsOf({ auth }: AnyConnector, story: CallFixture): HttpDefaults {
  const credentials = auth.fields.parse(story.auth)
  const accessToken = auth.token?.(credentials) && story.accessToken
  return auth.http?.(credentials, accessToken) ?? {}
}

async function call(
  connector: AnyConnector,
  story: CallFixture,
  context: { http: unknown; auth: unknown },
): Promise<unknown> {
  // oxlint-disable-next-line no-explicit-any -- the registry holds connectors of every shape
  const { http, auth }: any = context
  if (story.action === 'check') return connector.auth.check?.({ http, auth })
  // oxlint-disable-next-line no-explicit-any
  if (story.action === 'enrich') return connector.enrich?.({ http, auth }, story.input as any)
  const action = connector.actions[story.action]
  if (!action) throw new Error(`There is no action ${story.action}.`)
  const input = action.input.parse(story.input)
  const now = new Date(story.now)
  if (story.call === 'confirm') return action.confirm?.({ http, auth }, input, { since: now, key: story.key })
  if (story.call === 'current') return action.current?.({ http, auth }, input)
  return action.run({ http, auth, key: story.key, now, startedAt: now }, input)
}

async function outcomeOf(connector: AnyConnector, run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { output: asJson(await run()) }
  } catch (error) {
    if (error instanceof InputRefusedError) return { refused: error.message }
    if (error instanceof z.ZodError) return { refused: z.prettifyError(error) }
    if (!(error instanceof HttpStatusError)) throw error
    const explained = connector.explain?.(error)
    if (explained) return { failure: explained }
    return { failure: { class: failureClassOfStatus(error.method, error.status) } }
  }
}

const asJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

/** A failure's message is compared only where the story promises one. */
function withoutUnpromised(outcome: Outcome, promise: CallFixture['expect']): Outcome {
  if (!('failure' in outcome) || !('failure' in promise) || promise.failure.message !== undefined)
    return outcome
  return { failure: { class: outcome.failure.class } }
}

interface Compared {
  method: string
  url: string
  headers: Record<string, string>
  body: unknown
}

function promised({ request }: Exchange, prefixUrl = 'https://vendor.invalid'): Compared {
  const url = /^https?:/.test(request.path) ? request.path : `${prefixUrl}/${request.path}`
  const body = request.json ?? request.form ?? request.body ?? ''
  return { method: request.method, url: new URL(url).href, headers: request.headers ?? {}, body }
}

function comparable({ method, url, headers, body }: SentCall, recorded: Exchange | undefined): Compared {
  const names = Object.keys(recorded?.request.headers ?? {})
  const kept = Object.fromEntries(names.map((name) => [name, headers[name] ?? '(absent)']))
  const type = headers['content-type'] ?? ''
  const isRaw = recorded?.request.body !== undefined
  if (!isRaw && type.includes('json')) return { method, url, headers: kept, body: JSON.parse(body) }
  if (!isRaw && type.includes('urlencoded')) {
    return { method, url, headers: kept, body: Object.fromEntries(new URLSearchParams(body)) }
  }
  return { method, url, headers: kept, body }
}
