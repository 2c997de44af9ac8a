import {
  defineInbound,
  isEventName,
  parseEventDraft,
  parsePayload,
  UnreadablePayload,
  withoutBlanks,
  z,
} from '#sdk'
import type { EventDraft, Hook, Reply } from '#sdk'
import { auth } from '../auth.ts'
import { isList, isRecord } from './at-path.ts'
import { chosenSignature } from './chosen-signature.ts'
import { findContact } from './find-contact.ts'
import { readInstant } from './find-time.ts'
import { propertiesOf, vocabularyProblem } from './read-body.ts'

const maybeText = z.string().nullish()

/** A CloudEvent in its JSON form, to which the other modes are brought. An attribute that is null is absent. */
const cloudEvent = z.looseObject({
  specversion: z.string().regex(/^1\./, 'is not a version this hub knows: CloudEvents 1.x'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time: maybeText,
  subject: maybeText,
  datacontenttype: maybeText,
  dataschema: maybeText,
  data: z.unknown().optional(),
  data_base64: maybeText,
})
type CloudEvent = z.output<typeof cloudEvent>

const contentType = ({ headers }: Hook): string => headers['content-type']?.toLowerCase() ?? ''

/** CloudEvents 1.0 over HTTP (cloudevents.io, HTTP binding and web hook specification 1.0.2): all three modes. */
export const cloudEvents = defineInbound({
  id: 'cloudEvents',
  auth,
  recognise: (hook) =>
    contentType(hook).startsWith('application/cloudevents') ||
    'ce-specversion' in hook.headers ||
    (hook.method === 'OPTIONS' && 'webhook-request-origin' in hook.headers),
  signature: chosenSignature,
  handshake: allowSender,
  parse: (hook) =>
    contentType(hook).startsWith('application/cloudevents') ? parsePayload(hook) : ofHeaders(hook),
  split: (payload) => (isList(payload) ? payload : [payload]),
  item: cloudEvent,
  // The specification promises that the two together name the event; an address has no blanks.
  dedupeKey: ({ source, id }) => `${source} ${id}`,
  normalise: (event, { receivedAt, auth: settings }) => [eventOf(event, receivedAt, settings.contactPath)],
})

/** The question whether the sender may send here at all, so that nobody can be flooded by naming an address. */
function allowSender({ method, headers }: Hook): Reply | undefined {
  const origin = headers['webhook-request-origin']
  if (method !== 'OPTIONS' || !origin) return undefined
  return {
    status: 200,
    headers: { 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*', allow: 'OPTIONS, POST' },
  }
}

/** Binary mode: attributes in `ce-` headers, percent-encoded; the body is the data. */
function ofHeaders(hook: Hook): Record<string, unknown> {
  const attributes: Record<string, unknown> = Object.fromEntries(
    Object.entries(hook.headers)
      .filter(([name]) => name.startsWith('ce-'))
      .map(([name, value]) => [name.slice(3), decodeAttribute(value)]),
  )
  const data = hook.body.length > 0 ? dataOf(hook) : {}
  return { ...attributes, datacontenttype: hook.headers['content-type'], ...data }
}

/** Data that is no text is kept as the structured form writes it. */
function dataOf(hook: Hook): { data: unknown } | { data_base64: string } {
  try {
    return { data: parsePayload(hook) }
  } catch (error) {
    if (!(error instanceof UnreadablePayload) || error.code !== 'wrong_encoding') throw error
    return { data_base64: hook.body.toString('base64') }
  }
}

function decodeAttribute(value: string): string {
  const bare = /^".*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
  try {
    return decodeURIComponent(bare)
  } catch (cause) {
    throw new UnreadablePayload('wrong_encoding', { encoding: 'percent' }, { cause })
  }
}

const ownType = /^org\.switchyard\.(.+)\.v\d+$/

function eventOf(event: CloudEvent, receivedAt: Date, contactPath: string | undefined): EventDraft {
  const {
    specversion: _,
    id,
    source,
    type,
    time,
    subject,
    datacontenttype,
    dataschema,
    data_base64,
    ...rest
  } = event
  const { data: given, ...extensions } = rest
  const data = given ?? decodeData(data_base64, datacontenttype)
  const name = ownType.exec(type)?.[1] ?? type
  const contact = findContact(isRecord(data) ? { data, ...data } : {}, contactPath, name)
  const base = {
    occurred_at: readInstant(time) ?? receivedAt.toISOString(),
    ...(contact ? { contact } : {}),
  }
  const about = { name, source, event_id: id, subject, data_schema: dataschema, properties: data, extensions }
  const custom = { ...base, name: 'custom.event' as const, properties: withoutBlanks(about) }
  if (!isEventName(name) || name === 'custom.event' || !isRecord(data)) return custom

  const canonical = parseEventDraft({ ...base, name, properties: propertiesOf({ data }) })
  if (canonical.ok) return canonical.event
  const problem = vocabularyProblem(canonical.reason)
  return { ...custom, properties: { ...custom.properties, vocabulary_problem: problem } }
}

/** JSON unless the event says otherwise; what is neither JSON nor Base64 stays as it was sent. */
function decodeData(text: string | null | undefined, type: string | null | undefined): unknown {
  if (!text) return undefined
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}$/.test(text)
  if (!isBase64) return { data_base64: text }
  const isJson = !type || /[/+]json/i.test(type)
  if (!isJson) return { data_base64: text }
  return parsePayload({ headers: { 'content-type': 'application/json' }, body: Buffer.from(text, 'base64') })
}
