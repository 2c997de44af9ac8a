import { fieldName, type Doc } from '../bson-types.ts'
import { decode } from '../decode.ts'
import { StoreError } from '../errors.ts'
import { docsField, type CommandCall } from './command.ts'

/** The operations of an `update` or `delete`, whether they came beside the body or in it. */
export function operationsOf(call: CommandCall, name: string): Doc[] {
  const raw = call.request.sequences.get(name)
  return raw ? raw.map((bytes) => decode(bytes)) : (docsField(call, name) ?? [])
}

/** Refuses fields of an operation that are not known. */
export function checkOperation(where: string, operation: Doc, fields: readonly string[]): void {
  for (const key in operation) {
    if (!fields.includes(key)) {
      throw new StoreError(40415, `BSON field '${where}.${fieldName(key)}' is an unknown field.`)
    }
  }
}
