/** A value of a vendor or a person, whose shape the schema does not know. */
export type Json = string | number | boolean | null | readonly Json[] | JsonRecord

export interface JsonRecord {
  readonly [name: string]: Json
}

export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As it would be typed in: a text as it is, anything else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
