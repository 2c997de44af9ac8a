import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { readAll } from './read-all.ts'

const field = z.looseObject({ id: z.string(), title: z.string().nullish(), perstag: z.string().nullish() })

/** A custom field's value as a person maps it: several choices are a list. */
export const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
export type FieldValue = z.output<typeof fieldValue>

/**
 * The numbers of custom fields by what people call them: the number itself, the personalisation tag (with or without
 * its percent signs) or the title. Asks ActiveCampaign only where a name is no number.
 */
export async function fieldIds(http: Http, names: readonly string[]): Promise<Map<string, string>> {
  const ids = new Map(names.filter(isNumber).map((name) => [name, name]))
  const asked = names.filter((name) => !isNumber(name))
  if (asked.length === 0) return ids
  const known = await readAll(http, 'api/3/fields', field)
  for (const name of asked) {
    const plain = name.replaceAll('%', '').toLowerCase()
    const match =
      known.find(({ perstag }) => perstag?.toLowerCase() === plain) ??
      known.find(({ title }) => title?.toLowerCase() === name.toLowerCase())
    if (!match) {
      throw new InputRefusedError(
        `ActiveCampaign has no custom field “${name}”. Use the field’s personalisation tag, title or number.`,
        'fields',
      )
    }
    ids.set(name, match.id)
  }
  return ids
}

const isNumber = (name: string): boolean => /^\d+$/.test(name)

/** As ActiveCampaign stores it: several choices are written `||red||blue||`. */
export function writtenValue(value: FieldValue): string {
  return Array.isArray(value) ? `||${value.join('||')}||` : String(value)
}

/** What `writtenValue` wrote, for comparing what is there. */
export function readValue(written: string): string | string[] {
  if (!/^\|\|.*\|\|$/s.test(written)) return written
  return written.split('||').filter((choice) => choice !== '')
}
