import { defineInbound, fingerprint, parsePayload, z } from '#sdk'
import type { Hook, Reply } from '#sdk'
import { auth } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { isList, isRecord } from './at-path.ts'
import { chosenSignature, queryName } from './chosen-signature.ts'
import { eventOf, idInBody, idInHeaders, thingInBody } from './read-body.ts'

/** Any request whatsoever. */
export const anyWebhook = defineInbound({
  id: 'webhook',
  auth,
  signature: chosenSignature,
  handshake: answerPing,
  parse: (hook, settings) => (hook.body.length > 0 ? parsePayload(hook) : ofQuery(hook, settings)),
  // A list is several facts; anything but a record is put into one.
  split: (payload) =>
    (isList(payload) ? payload : [payload]).map((each) => (isRecord(each) ? each : { value: each })),
  item: z.record(z.string(), z.unknown()),
  // What names a request names its only fact better than the id of a thing; of a list it names all facts alike, and
  // their places tell them apart.
  dedupeKey: (body, hook, settings, position) =>
    idInBody(body, settings) ??
    (isListed(hook) ? undefined : idInHeaders(hook.headers, settings)) ??
    thingInBody(body, settings) ??
    `${arrivalOf(body, hook, settings)}${position === 0 ? '' : `#${position}`}`,
  normalise: (body, context) => [eventOf(body, context, context.auth)],
})

/**
 * A sender that names nothing: every request counts. Two people may send the same form with the same words, and a
 * button may be pressed twice; counting one of those away would lose a fact for ever, while a second try of a request
 * that already arrived is rare. Who needs more says where the id is.
 */
function arrivalOf(body: Record<string, unknown>, hook: Hook, settings: Partial<Credentials>): string {
  const named = idInHeaders(hook.headers, settings)
  if (named) return named
  const { id, receivedAt } = hook
  return `${id ?? receivedAt.toISOString()}:${fingerprint(JSON.stringify(body))}`
}

/** A list of JSON, by its first sign. */
function isListed({ body }: Hook): boolean {
  return body.toString('latin1', 0, 64).trimStart().startsWith('[')
}

/** Tools that look whether somebody is at home before they save the address. */
function answerPing({ method, query, body }: Hook, settings: Credentials): Reply | undefined {
  if (method === 'HEAD' || method === 'OPTIONS')
    return { status: 200, headers: { allow: 'GET, HEAD, OPTIONS, POST, PUT' } }
  const hasNothing =
    [...query.keys()].every((name) => name === secretParameter(settings)) && body.length === 0
  return method === 'GET' && hasNothing
    ? { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Ready.' }
    : undefined
}

/** A request without a body says what it has to say in its address, except for the secret. */
function ofQuery({ query }: Hook, settings: Partial<Credentials>): Record<string, unknown> {
  return Object.fromEntries([...query].filter(([name]) => name !== secretParameter(settings)))
}

function secretParameter(settings: Partial<Credentials>): string | undefined {
  return settings.incomingCheck === 'query' ? queryName(settings) : undefined
}
