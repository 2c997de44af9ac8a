import type { Doc, Value } from '../bson-types.ts'
import { Binary, fieldName, isDoc } from '../bson-types.ts'
import { StoreError } from '../errors.ts'
import type { ExpressionContext } from '../expression-scope.ts'
import { asDoc, asDocs, asNumber, asText, isSet } from '../read-value.ts'
import type { Store } from '../store.ts'
import { typeName } from '../type-name.ts'
import type { Request } from '../wire-message.ts'

/** What a command has at hand. */
export interface CommandCall {
  readonly store: Store
  readonly request: Request
  readonly body: Doc
  readonly db: string
  readonly server: ServerFacts
  /** Of the connection the command came by. */
  readonly connectionId: number
}

/** What clients are told about the server. */
export interface ServerFacts {
  /** The address clients use, as it must stand in the reply to `hello`. */
  readonly address: string
  /** What only somebody who can read the data folder knows. */
  readonly folderKey: string
}

/** A reply: a document, or one that is already encoded. */
export type Reply = Doc | Buffer

/** One command of the wire protocol. */
export interface Command {
  /** The fields it takes besides its own name and those every command takes. */
  readonly fields: readonly string[]
  run(call: CommandCall): Reply | Promise<Reply>
}

const fieldsOfEveryCommand = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'stmtId',
  'stmtIds',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
])

/** Refuses what the command does not know, instead of doing something else than was asked for. */
export function checkFields(call: CommandCall, command: Command): void {
  const { body, request } = call
  for (const key of Object.keys(body)) {
    const name = fieldName(key)
    if (name === request.name || fieldsOfEveryCommand.has(name) || command.fields.includes(name)) continue
    throw new StoreError(40415, `BSON field '${request.name}.${name}' is an unknown field.`)
  }
  if (isSet(body['startTransaction']) || body['autocommit'] === false) {
    throw new StoreError(
      'CommandNotSupported',
      'Multi-document transactions are not served by the embedded store; set MONGO_URL to a MongoDB replica set to use them.',
    )
  }
  const version = body['apiVersion']
  if (version !== undefined && version !== '1') throw new StoreError(322, 'API version must be "1"')
  if (isSet(body['apiStrict'])) {
    throw new StoreError(
      323,
      'apiStrict is not served by the embedded store, which does not know what belongs to API version 1. Leave it out.',
    )
  }
  const concern = docField(call, 'readConcern')
  for (const key in concern) {
    if (key !== 'level')
      throw new StoreError(40415, `BSON field 'readConcern.${fieldName(key)}' is an unknown field.`)
  }
  const level = asText(concern?.['level'])
  if (level === 'snapshot') {
    throw new StoreError(
      'InvalidOptions',
      'readConcern level "snapshot" is not served by the embedded store.',
    )
  }
  if (level !== undefined && !['local', 'available', 'majority', 'linearizable'].includes(level)) {
    throw new StoreError(
      'FailedToParse',
      `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`,
    )
  }
}

/** The collection a command names in its first field. Throws InvalidNamespace. */
export function collectionName(call: CommandCall): string {
  const name = call.body[call.request.name]
  if (typeof name !== 'string') {
    throw new StoreError(
      'InvalidNamespace',
      `collection name has invalid type ${typeName(name)}: '${call.request.name}' needs a name of a collection`,
    )
  }
  if (name === '' || name.includes('\0')) {
    throw new StoreError(
      'InvalidNamespace',
      `Invalid namespace specified '${call.db}.${name.replaceAll('\0', '\\0')}'`,
    )
  }
  return name
}

/** A document in a field; an empty one where the field is missing. Throws TypeMismatch. */
export function docField(call: CommandCall, name: string): Doc | undefined {
  const value = call.body[name]
  if (value === undefined || value === null) return undefined
  if (isDoc(value)) return value
  throw wrongType(call, name, value, 'object')
}

/** A list of documents in a field or beside the body. Throws TypeMismatch. */
export function docsField(call: CommandCall, name: string): Doc[] | undefined {
  const value = call.body[name]
  if (value === undefined) return undefined
  const docs = asDocs(value)
  if (docs) return docs
  throw wrongType(call, name, value, 'array of objects')
}

/** A number in a field. Throws TypeMismatch. */
export function numberField(call: CommandCall, name: string): number | undefined {
  const value = call.body[name]
  if (value === undefined || value === null) return undefined
  const number = asNumber(value)
  if (number !== undefined) return number
  throw wrongType(call, name, value, 'number')
}

/** A hint: the name of an index or its key pattern; an empty document is none. */
export function hintField(value: Value | undefined): Doc | string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (isDoc(value)) return Object.keys(value).length === 0 ? undefined : value
  throw new StoreError('FailedToParse', 'hint must be a string or an object')
}

/** `let` and the clock, for expressions. */
export function expressionContext(call: CommandCall): ExpressionContext {
  return { let: docField(call, 'let'), now: new Date() }
}

/** Only the simple collation is served: comparison by code points, which is what no collation means too. */
export function refuseCollation(value: Value | undefined): void {
  const collation = asDoc(value)
  if (!collation || Object.keys(collation).length === 0 || collation['locale'] === 'simple') return
  throw new StoreError(
    'CommandNotSupported',
    `Collations are not served by the embedded store (asked for locale ${String(asText(collation['locale']))}).`,
  )
}

/** The time after which the command must give up, on the clock of `performance.now()`. */
export function deadlineOf(call: CommandCall): number {
  const limit = numberField(call, 'maxTimeMS') ?? 0
  return limit > 0 ? performance.now() + limit : Infinity
}

/** Whether the collection's validator is to be passed by. */
export function isUnvalidated(call: CommandCall): boolean {
  return isSet(call.body['bypassDocumentValidation'])
}

/** Who numbered this write, and how, when it may be retried. */
export function retryOf(call: CommandCall): { session: Buffer; txn: number } | undefined {
  const txn = asNumber(call.body['txnNumber'])
  const id = asDoc(call.body['lsid'])?.['id']
  if (txn === undefined || !(id instanceof Binary)) return undefined
  return { session: id.bytes, txn }
}

function wrongType(call: CommandCall, name: string, value: Value, wanted: string): StoreError {
  const field = `${call.request.name}.${name}`
  return new StoreError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type '${typeName(value)}', expected type '${wanted}'`,
  )
}
