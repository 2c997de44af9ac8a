import { fieldName, type Doc } from '../bson-types.ts'
import type { Index, StoredIndex } from '../catalog.ts'
import { StoreError } from '../errors.ts'
import { filterBounds } from '../filter-bounds.ts'
import { compileFilter } from '../match.ts'
import { asDoc, asNumber, asText, isSet } from '../read-value.ts'
import { docOf } from '../store.ts'
import { typeName } from '../type-name.ts'
import { refuseCollation } from './command.ts'

/** An index as `listIndexes` shows it. */
export function indexSpecification(index: Index): Doc {
  const doc = docOf({ v: 2, key: index.key, name: index.name })
  if (index.unique && index.id !== 0) doc['unique'] = true
  if (index.sparse) doc['sparse'] = true
  if (index.hidden) doc['hidden'] = true
  if (index.partial) doc['partialFilterExpression'] = index.partial
  if (index.ttlSeconds !== undefined) doc['expireAfterSeconds'] = index.ttlSeconds
  return doc
}

const knownFields = new Set([
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'hidden',
  'background',
  'partialFilterExpression',
  'expireAfterSeconds',
  'collation',
  'storageEngine',
  'dropDups',
])

const unservedKinds = new Set(['text', '2d', '2dsphere', 'hashed', 'geoHaystack'])
const textOptions = ['weights', 'default_language', 'language_override', 'textIndexVersion']

/** Reads one entry of `createIndexes`. Throws CannotCreateIndex and its relatives for what is not served. */
export function readSpecification(spec: Doc): Omit<StoredIndex, 'id'> {
  const key = asDoc(spec['key'])
  if (!key || Object.keys(key).length === 0) {
    throw new StoreError('CannotCreateIndex', 'Index keys cannot be an empty object.')
  }
  for (const [field, order] of Object.entries(key)) checkKeyField(fieldName(field), order)
  for (const field of Object.keys(spec)) {
    if (knownFields.has(field)) continue
    if (textOptions.includes(field) || /^(2d|bits$|min$|max$|wildcard)/.test(field)) {
      throw new StoreError(
        'CannotCreateIndex',
        `The index option "${field}" is not served by the embedded store.`,
      )
    }
    throw new StoreError(
      'InvalidIndexSpecificationOption',
      `The field '${field}' is not valid for an index specification. Specification: ${Object.keys(spec).join(', ')}`,
    )
  }
  refuseCollation(spec['collation'])
  const name = asText(spec['name'])
  if (name === undefined)
    throw new StoreError('FailedToParse', "The 'name' field is a required property of an index specification")
  if (name === '' || name === '*')
    throw new StoreError('CannotCreateIndex', `The index name '${name}' is not valid.`)
  const partial = spec['partialFilterExpression']
  const sparse = isSet(spec['sparse'])
  return {
    name,
    key,
    unique: isSet(spec['unique']),
    sparse,
    hidden: isSet(spec['hidden']),
    partial: partial === undefined ? undefined : readPartial(partial, sparse),
    ttlSeconds: readTtl(spec, key),
    multikey: false,
    inexact: false,
    building: false,
  }
}

function checkKeyField(field: string, order: Doc[string]): void {
  if (typeof order === 'string') {
    const message = unservedKinds.has(order)
      ? `Indexes of the kind "${order}" are not served by the embedded store.`
      : `Unknown index plugin '${order}'`
    throw new StoreError('CannotCreateIndex', message)
  }
  const number = asNumber(order)
  if (number === undefined || number === 0 || Number.isNaN(number)) {
    throw new StoreError(
      'CannotCreateIndex',
      `Values in v:2 index key pattern must be numbers > 0 or < 0, or strings; "${field}" has ${typeName(order)}.`,
    )
  }
  if (field === '$**' || field.endsWith('.$**')) {
    throw new StoreError('CannotCreateIndex', 'Wildcard indexes are not served by the embedded store.')
  }
  if (field === '' || field.split('.').some((part) => part === '')) {
    throw new StoreError('CannotCreateIndex', 'Index keys cannot contain an empty field.')
  }
  if (field.split('.').some((part) => part.startsWith('$') && !/^\$(id|ref|db)$/.test(part))) {
    throw new StoreError(
      'CannotCreateIndex',
      "Index key contains an illegal field name: field name starts with '$'.",
    )
  }
}

const partialOperators = new Set([
  '$eq',
  '$exists',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$type',
  '$in',
  '$and',
  '$or',
])

function readPartial(value: Doc[string], sparse: boolean): Doc {
  const partial = asDoc(value)
  if (!partial) throw new StoreError('TypeMismatch', '"partialFilterExpression" must be an object.')
  if (sparse) {
    throw new StoreError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options')
  }
  compileFilter(partial)
  checkPartial(partial)
  filterBounds(partial)
  return partial
}

function checkPartial(filter: Doc): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key.startsWith('$') && !partialOperators.has(key)) {
      throw new StoreError('CannotCreateIndex', `Expression not supported in partial index: ${key}`)
    }
    if (key === '$exists' && !isSet(condition)) {
      throw new StoreError('CannotCreateIndex', 'Expression not supported in partial index: $exists: false')
    }
    for (const inner of Array.isArray(condition) && key.startsWith('$') ? condition : [condition]) {
      const doc = asDoc(inner)
      if (doc && (key === '$and' || key === '$or' || Object.keys(doc).some((name) => name.startsWith('$'))))
        checkPartial(doc)
    }
  }
}

const ttlSecondsMax = 2_147_483_647

function readTtl(spec: Doc, key: Doc): number | undefined {
  const value = spec['expireAfterSeconds']
  if (value === undefined || value === null) return undefined
  const seconds = asNumber(value)
  if (seconds === undefined) {
    throw new StoreError(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeName(value)}'.`,
    )
  }
  if (seconds < 0 || seconds > ttlSecondsMax) {
    throw new StoreError(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a different number.`,
    )
  }
  if (Object.keys(key).length > 1) {
    throw new StoreError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL.',
    )
  }
  if (key['_id'] !== undefined) {
    throw new StoreError(
      'InvalidIndexSpecificationOption',
      "The field 'expireAfterSeconds' is not valid for an _id index specification.",
    )
  }
  return seconds
}
