import { ObjectId, newDoc } from './bson-types.ts'
import { checkWhole } from './decode.ts'
import { encode } from './encode.ts'
import { StoreError } from './errors.ts'
import { bsonType, eachField, type RawField } from './raw-bson.ts'

const idName = Buffer.from('_id')
/** Behind the length and the type of the first field. */
const firstNameAt = 5

/**
 * A document as it is stored: its `_id` in front, made where it is missing. Works on the bytes, without decoding.
 * @throws StoreError where it is broken, too deep, or has an `_id` that cannot be one
 */
export function prepareInsert(doc: Buffer, nowMs: number): Buffer {
  checkWhole(doc)
  let id: RawField | undefined
  eachField(doc, 0, (field) => {
    if (
      field.nameEnd - field.nameStart === 3 &&
      doc.compare(idName, 0, 3, field.nameStart, field.nameEnd) === 0
    )
      id = field
    return id === undefined
  })
  if (!id) return withNewId(doc, nowMs)
  checkId(id)
  if (id.nameStart === firstNameAt) return doc
  const from = id.nameStart - 1
  return Buffer.concat([
    doc.subarray(0, 4),
    doc.subarray(from, id.end),
    doc.subarray(4, from),
    doc.subarray(id.end),
  ])
}

function withNewId(doc: Buffer, nowMs: number): Buffer {
  const holder = newDoc()
  holder['_id'] = ObjectId.generate(nowMs)
  const field = encode(holder)
  const whole = Buffer.concat([doc.subarray(0, 4), field.subarray(4, field.length - 1), doc.subarray(4)])
  whole.writeInt32LE(whole.length, 0)
  return whole
}

const refusedIdTypes = new Map<number, string>([
  [bsonType.array, 'array'],
  [bsonType.regex, 'regex'],
  [bsonType.undefined, 'undefined'],
])

function checkId(id: RawField): void {
  const refused = refusedIdTypes.get(id.type)
  if (refused) throw new StoreError('InvalidIdField', `The '_id' value cannot be of type ${refused}`)
  if (id.type !== bsonType.object) return
  eachField(id.bytes, id.start, (field) => {
    if (id.bytes[field.nameStart] !== 0x24) return
    const name = id.bytes.toString('utf8', field.nameStart, field.nameEnd)
    throw new StoreError(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
    )
  })
}
