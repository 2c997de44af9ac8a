import { expect } from 'vitest'
import { z } from 'zod'
import type { HttpDefaults } from '../define-auth.ts'
import type { AnyConnector } from '../define-connector.ts'
import { HttpStatusError, InputRefusedError, MailRefusedError } from '../errors.ts'
import { failureClassOfReply, failureClassOfStatus } from '../failure-class.ts'
import type { Mail } from '../mail.ts'
import type { CallFixture, Exchange, MailExchange } from './fixture.ts'
import type { SentCall } from './local-http.ts'
import { localHttp } from './local-http.ts'
import type { SentMail } from './local-mail.ts'
import { localMail } from './local-mail.ts'
import { withReplies } from './replay.ts'

/** What every story of calls to the vendor has. */
export type CallsStory = Pick<CallFixture, 'auth' | 'accessToken' | 'exchanges'> &
  Partial<Pick<CallFixture, 'mails'>>

/** What a function of a connector is handed; the contract knows connectors of every shape. */
// oxlint-disable-next-line no-explicit-any
export type CallContext = { http: any; mail?: Mail; auth: any }

export type Outcome =
  { output: unknown } | { failure: { class: string; message?: string } } | { refused: string }

/** Lets `run` talk to a real local server that gives the recorded replies; the calls it made and what they came to. */
export async function playCalls(
  connector: AnyConnector,
  story: CallsStory,
  run: (context: CallContext) => Promise<unknown>,
  replies: readonly Exchange['reply'][] = story.exchanges.map(({ reply }) => reply),
  mailReplies: readonly MailExchange['reply'][] = (story.mails ?? []).map(({ reply }) => reply),
): Promise<{ sent: SentCall[]; mails: SentMail[]; outcome: Outcome }> {
  const auth: unknown = connector.auth.fields.parse(story.auth)
  return withReplies(replies, async (origin) => {
    const { http, sent } = localHttp(origin, defaultsOf(connector, story))
    const { mail, sent: mails } = localMail(mailReplies)
    const handed = connector.auth.mail ? { http, mail, auth } : { http, auth }
    const outcome = await outcomeOf(connector, () => run(handed))
    return { sent, mails, outcome }
  })
}

/** Exactly the recorded calls, in their order. */
export function expectRecorded(connector: AnyConnector, story: CallsStory, sent: readonly SentCall[]): void {
  const { prefixUrl } = defaultsOf(connector, story)
  expect(sent.map((call, at) => comparable(call, story.exchanges[at]))).toEqual(
    story.exchanges.map((each) => promised(each, prefixUrl)),
  )
}

/** Exactly the recorded messages, in their order. */
export function expectMailed({ mails: recorded = [] }: CallsStory, mails: readonly SentMail[]): void {
  expect(mails.map(asJson)).toEqual(recorded.map(({ message }) => message))
}

/** An outcome in the form in which fixtures promise it: a failure's message only where the story promises one. */
export function withoutUnpromised(outcome: Outcome, promise: object): unknown {
  const wanted = z.object({ failure: z.object({ message: z.string().optional() }) }).safeParse(promise)
  if (!('failure' in outcome) || !wanted.success || wanted.data.failure.message !== undefined) return outcome
  return { failure: { class: outcome.failure.class } }
}

/** Whose affair a refusal is, whatever was asked. */
export const refusals = { 401: 'fix_connection', 429: 'retry', 503: 'retry' }

/** The same for a mail server. */
export const mailRefusals = [
  { status: 535, stage: 'sign_in', text: '5.7.8 Authentication failed', whose: 'fix_connection' },
  { status: 451, stage: 'recipient', text: '4.7.1 Greylisted', whose: 'retry' },
  { status: 550, stage: 'recipient', text: '5.1.1 No such mailbox', whose: 'fix_mapping' },
] as const

/** The vendor's answer with such a status. */
export function refusal(status: string): Exchange['reply'] {
  return { status: Number(status), headers: { 'retry-after': '7' }, body: '' }
}

function defaultsOf({ auth }: AnyConnector, story: CallsStory): HttpDefaults {
  const credentials = auth.fields.parse(story.auth)
  const accessToken = auth.token?.(credentials) && story.accessToken
  return auth.http?.(credentials, accessToken) ?? {}
}

async function outcomeOf(connector: AnyConnector, run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { output: asJson(await run()) }
  } catch (error) {
    if (error instanceof InputRefusedError) return { refused: error.message }
    if (error instanceof z.ZodError) return { refused: z.prettifyError(error) }
    if (error instanceof MailRefusedError) return { failure: { class: failureClassOfReply(error) } }
    if (!(error instanceof HttpStatusError)) throw error
    const explained = connector.explain?.(error)
    if (explained) return { failure: explained }
    return { failure: { class: failureClassOfStatus(error.method, error.status) } }
  }
}

const asJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

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
