import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const headers = z.record(z.string(), z.string())
/** The valid access token, where the credentials name a source for one. */
const accessToken = z.string().default('an-access-token-of-the-story')
const now = z.iso.datetime().default('2026-11-02T09:00:00.000Z')
const fact = z.strictObject({ dedupeKey: z.string(), events: z.array(z.record(z.string(), z.unknown())) })
const notUnderstood = z.strictObject({ notUnderstood: z.record(z.string(), z.unknown()) })

/** A request from the vendor, and what it must come to. */
const inboundFixture = z.strictObject({
  inbound: z.string(),
  /** Why this story is here, where its name does not say it. */
  note: z.string().optional(),
  auth: z.record(z.string(), z.unknown()),
  receivedAt: z.iso.datetime(),
  method: z.string().default('POST'),
  url: z.url().optional(),
  headers: headers.default({}),
  /** The body as text, where its very bytes matter … */
  body: z.string().optional(),
  /** … or as data, sent as JSON without blanks. */
  json: z.unknown().optional(),
  /** The vendor's own signature is not recorded: the contract signs as the vendor would. */
  signed: z.literal('by the contract').optional(),
  expect: z.union([
    fact,
    z.array(z.union([fact, notUnderstood])),
    z.strictObject({ handshake: z.record(z.string(), z.unknown()) }),
  ]),
})

const exchange = z.strictObject({
  request: z.strictObject({
    method: z.string(),
    /** Relative to the API address, or a whole address. */
    path: z.string(),
    /** Headers that must be there; others may be. */
    headers: headers.optional(),
    json: z.unknown().optional(),
    form: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
  reply: z.strictObject({
    status: z.int(),
    headers: headers.default({}),
    json: z.unknown().optional(),
    body: z.string().optional(),
  }),
})

/** One conversation with the connection's mail server. */
const mailExchange = z.strictObject({
  /** The message as the connector hands it over, or `check` where it only knocks. */
  message: z.union([z.literal('check'), z.record(z.string(), z.unknown())]),
  /** The server's last word. From 400 on it is a refusal, at the named stage of the conversation. */
  reply: z.strictObject({
    status: z.int().default(250),
    stage: z.enum(['connect', 'encrypt', 'sign_in', 'sender', 'recipient', 'message']).default('message'),
    text: z.string().default('2.0.0 Ok'),
  }),
})

const failure = z.strictObject({
  failure: z.strictObject({ class: z.string(), message: z.string().optional() }),
})

/** Calls to the vendor, and what they must come to. */
const callFixture = z.strictObject({
  /** The action's name, or `check`, `enrich` or `registration`. */
  action: z.string(),
  note: z.string().optional(),
  /** Which of the action's functions is called; the last four are those of a registration. */
  call: z.enum(['run', 'confirm', 'current', 'register', 'renew', 'check', 'remove']).default('run'),
  auth: z.record(z.string(), z.unknown()),
  accessToken,
  now,
  key: z.string().default('dlv_0199f0c2-0000-7000-8000-000000000001'),
  /** The mapped input; for `enrich` the event; for a registration `{ subject, state }`, where it needs them. */
  input: z.record(z.string(), z.unknown()).default({}),
  exchanges: z.array(exchange).default([]),
  mails: z.array(mailExchange).default([]),
  expect: z.union([
    z.strictObject({ output: z.unknown() }),
    failure,
    z.strictObject({ refused: z.string() }),
  ]),
})

/** One page of a poll: the calls to the vendor, the facts in the answer, and where the next page begins. */
const pollFixture = z.strictObject({
  poll: z.string(),
  note: z.string().optional(),
  auth: z.record(z.string(), z.unknown()),
  accessToken,
  now,
  subject: z.string().default(''),
  /** Absent: the first time. */
  cursor: z.string().optional(),
  /** What was known before, by the snapshot's id: the fields as a snapshot gives them. */
  known: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  exchanges: z.array(exchange),
  expect: z.union([
    z.strictObject({
      cursor: z.string(),
      more: z.boolean().default(false),
      /** Absent: nothing new, no receipt. Items that were known are not among them. */
      facts: z.array(z.union([fact, notUnderstood])).optional(),
    }),
    failure,
  ]),
})

export type InboundFixture = z.output<typeof inboundFixture>
export type CallFixture = z.output<typeof callFixture>
export type PollFixture = z.output<typeof pollFixture>
export type Exchange = z.output<typeof exchange>
export type MailExchange = z.output<typeof mailExchange>
export type Named<F> = F & { file: string }

/** Every story of a connector's `fixtures` folder. A file that is no fixture names itself in the error. */
export function readFixtures(dir: string): {
  inbound: Named<InboundFixture>[]
  calls: Named<CallFixture>[]
  polls: Named<PollFixture>[]
} {
  const folder = join(dir, 'fixtures')
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
  const stories = files.map((file) => ({
    file,
    story: parseStory(file, readFileSync(join(folder, file), 'utf8')),
  }))
  return {
    inbound: stories.flatMap(({ file, story }) => ('inbound' in story ? [{ file, ...story }] : [])),
    calls: stories.flatMap(({ file, story }) => ('action' in story ? [{ file, ...story }] : [])),
    polls: stories.flatMap(({ file, story }) => ('poll' in story ? [{ file, ...story }] : [])),
  }
}

function parseStory(file: string, text: string): InboundFixture | CallFixture | PollFixture {
  const story: unknown = JSON.parse(text)
  const kind = z.record(z.string(), z.unknown()).parse(story)
  const schema = 'inbound' in kind ? inboundFixture : 'poll' in kind ? pollFixture : callFixture
  const parsed = schema.safeParse(story)
  if (!parsed.success) throw new Error(`${file} is not a fixture: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The bytes of a story's request. */
export function bodyOf(story: Pick<InboundFixture, 'body' | 'json'>): Buffer {
  return Buffer.from(story.body ?? (story.json === undefined ? '' : JSON.stringify(story.json)))
}
