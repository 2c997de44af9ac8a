import { readFileSync, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { z } from 'zod'
import { Mistyped } from '../command-line/mistyped.ts'

/** A request as somebody wants to send or explain it. */
export interface RequestFile {
  method: string
  headers: Record<string, string>
  body: Buffer
  /** Only where the file is a fixture. */
  fixture?: { inbound: string; auth: Record<string, unknown>; receivedAt: string; url?: string }
}

const fixture = z.looseObject({
  inbound: z.string(),
  auth: z.record(z.string(), z.unknown()),
  receivedAt: z.string(),
  method: z.string().default('POST'),
  url: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  json: z.unknown().optional(),
})

const types: Record<string, string> = {
  '.json': 'application/json',
  '.form': 'application/x-www-form-urlencoded',
  '.xml': 'application/xml',
}

/** Reads a payload by its path, or a fixture of the connector by its name. */
export function readRequestFile(connectorId: string, name: string): RequestFile {
  const folder = resolve(import.meta.dirname, '../../connectors', connectorId, 'fixtures')
  const places = [resolve(name), resolve(folder, name), resolve(folder, `${name}.json`)]
  const path = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile())
  if (!path) throw new Mistyped(`There is no file ${name}, and no fixture of ${connectorId} with this name.`)

  const bytes = readFileSync(path)
  const story = fixtureIn(bytes)
  if (!story) {
    const type = typeOf(path, bytes)
    // An editor ends a file with a line break, which would become part of a form's last value.
    const body = type === types['.form'] ? Buffer.from(bytes.toString().trimEnd()) : bytes
    return { method: 'POST', headers: { 'content-type': type }, body }
  }
  const { method, headers, body, json, inbound, auth, receivedAt, url } = story
  const text = body ?? (json === undefined ? '' : JSON.stringify(json))
  return { method, headers, body: Buffer.from(text), fixture: { inbound, auth, receivedAt, url } }
}

function fixtureIn(bytes: Buffer): z.output<typeof fixture> | undefined {
  const value = jsonIn(bytes)
  return value === undefined ? undefined : fixture.safeParse(value).data
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

/** A CloudEvent is told by its content type alone, so a file that holds one is sent as one. */
function typeOf(path: string, bytes: Buffer): string {
  if (z.looseObject({ specversion: z.string() }).safeParse(jsonIn(bytes)).success)
    return 'application/cloudevents+json'
  return types[extname(path)] ?? (jsonIn(bytes) === undefined ? 'text/plain' : 'application/json')
}
