import type { Doc } from './bson-types.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { bsonType, eachField, elementsOf, bytesOf, nameOf } from './raw-bson.ts'

const opReply = 1
const opQuery = 2004
const opMsg = 2013
/** Of the length at the beginning of every message. */
export const lengthBytes = 4
const headerBytes = 16
const checksumPresent = 1
const moreToCome = 2
const knownRequiredFlags = checksumPresent | moreToCome

/** No message is larger, in bytes; larger ones end the connection. */
export const messageBytesMax = 48_000_000

/** One command as a client sent it. */
export interface Request {
  readonly id: number
  readonly body: Doc
  /** The command's name: the first field of its body. */
  readonly name: string
  /** Lists of documents that were sent as raw bytes beside the body or inside it, by field name. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>
  /** The client wants no answer (an unacknowledged write). */
  readonly silent: boolean
  /** Came as the legacy OP_QUERY, which is answered by OP_REPLY; drivers still say their first hello so. */
  readonly legacy: boolean
}

/** By command: the list whose documents are not decoded with the body, since what they hold is stored as it came. */
const rawLists = new Map([
  ['insert', 'documents'],
  ['bulkWrite', 'ops'],
])

/**
 * Takes whole messages from the front of `bytes`; returns them and what is left over. Throws as soon as a length is there
 * that no message has, before anybody waits for that much.
 */
export function takeMessages(bytes: Buffer): { messages: Buffer[]; rest: Buffer } {
  const messages = Array<Buffer>()
  let at = 0
  while (bytes.length - at >= lengthBytes) {
    const length = bytes.readInt32LE(at)
    if (length < headerBytes || length > messageBytesMax + headerBytes) {
      throw new StoreError(
        'FailedToParse',
        `A message claims ${length} bytes; this is not MongoDB's wire protocol.`,
      )
    }
    if (bytes.length - at < length) break
    messages.push(bytes.subarray(at, at + length))
    at += length
  }
  return { messages, rest: bytes.subarray(at) }
}

/** Reads one message. Throws a StoreError where it is not a command. */
export function readRequest(message: Buffer): Request {
  const id = message.readInt32LE(4)
  const code = message.readInt32LE(12)
  if (code === opMsg) return readMessage(id, message)
  if (code === opQuery) return readLegacyQuery(id, message)
  throw new StoreError('FailedToParse', `The operation code ${code} is not served; only OP_MSG is.`)
}

function readMessage(id: number, message: Buffer): Request {
  const flags = message.readUInt32LE(headerBytes)
  if ((flags & 0xffff & ~knownRequiredFlags) !== 0) {
    throw new StoreError('FailedToParse', `The message has flags that are not known: ${flags}.`)
  }
  const end = message.length - (flags & checksumPresent ? 4 : 0)
  const sequences = new Map<string, readonly Buffer[]>()
  let body: Doc | undefined
  let at = headerBytes + 4
  while (at < end) {
    const kind = message[at++]
    const length = message.readInt32LE(at)
    if (length < 4 || at + length > end)
      throw new StoreError('FailedToParse', 'A section of the message is cut off.')
    if (kind === 0) body = decodeBody(message.subarray(at, at + length), sequences)
    else if (kind === 1) readSequence(message.subarray(at, at + length), sequences)
    else
      throw new StoreError('FailedToParse', `The message has a section of kind ${kind}, which is not known.`)
    at += length
  }
  if (!body) throw new StoreError('FailedToParse', 'The message has no body.')
  return { id, body, name: firstKey(body), sequences, silent: (flags & moreToCome) !== 0, legacy: false }
}

function readSequence(section: Buffer, sequences: Map<string, readonly Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4)
  const docs = Array<Buffer>()
  let at = nameEnd + 1
  while (at < section.length) {
    const length = section.readInt32LE(at)
    if (length < 5 || at + length > section.length) {
      throw new StoreError('FailedToParse', 'A document in the message is cut off.')
    }
    docs.push(section.subarray(at, at + length))
    at += length
  }
  sequences.set(section.toString('utf8', 4, nameEnd), docs)
}

/** Reads a command that came without a message around it. */
export function readCommand(bytes: Buffer): Request {
  const sequences = new Map<string, readonly Buffer[]>()
  const body = decodeBody(bytes, sequences)
  return { id: 0, body, name: firstKey(body), sequences, silent: false, legacy: false }
}

/** Decodes the body without the list of documents that is kept raw. */
function decodeBody(bytes: Buffer, sequences: Map<string, readonly Buffer[]>): Doc {
  const command = bytes.toString('latin1', 5, bytes.indexOf(0, 5))
  const list = rawLists.get(command)
  if (list === undefined) return decode(bytes)
  const kept = Array<Buffer>()
  eachField(bytes, 0, (field) => {
    if (field.type !== bsonType.array || nameOf(field) !== list) {
      kept.push(bytes.subarray(field.nameStart - 1, field.end))
      return
    }
    const items = elementsOf(bytes, field.start)
    if (items.some((item) => item.type !== bsonType.object)) {
      throw new StoreError('TypeMismatch', `'${command}.${list}' holds something that is not a document.`)
    }
    sequences.set(list, items.map(bytesOf))
  })
  const head = Buffer.allocUnsafe(4)
  const body = Buffer.concat([head, ...kept, Buffer.of(0)])
  body.writeInt32LE(body.length, 0)
  return decode(body)
}

function readLegacyQuery(id: number, message: Buffer): Request {
  const nameEnd = message.indexOf(0, headerBytes + 4)
  const namespace = message.toString('utf8', headerBytes + 4, nameEnd)
  const at = nameEnd + 9
  if (!namespace.endsWith('.$cmd')) {
    throw new StoreError(
      'FailedToParse',
      'Queries by OP_QUERY are not served; use a driver that speaks OP_MSG.',
    )
  }
  const body = decode(message.subarray(at, at + message.readInt32LE(at)))
  body['$db'] = namespace.slice(0, -'.$cmd'.length)
  return { id, body, name: firstKey(body), sequences: new Map(), silent: false, legacy: true }
}

function firstKey(body: Doc): string {
  for (const key in body) return key
  return ''
}

/** Wraps a reply document into a message to the request it answers. */
export function writeReply(request: Pick<Request, 'id' | 'legacy'>, reply: Doc | Buffer): Buffer {
  const doc = Buffer.isBuffer(reply) ? reply : encode(reply)
  const prefixBytes = request.legacy ? headerBytes + 20 : headerBytes + 5
  const message = Buffer.allocUnsafe(prefixBytes + doc.length)
  message.fill(0, 0, prefixBytes)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(request.id, 8)
  message.writeInt32LE(request.legacy ? opReply : opMsg, 12)
  if (request.legacy) {
    message.writeInt32LE(8, headerBytes)
    message.writeInt32LE(1, headerBytes + 16)
  }
  doc.copy(message, prefixBytes)
  return message
}
