import { z } from 'zod'
import { parseInput } from '../input-invalid.ts'
import { nameSchema } from '../parse-name.ts'

/** Whether an address carries a user name or password; false for any other text. */
export function holdsPassword(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username !== '' || password !== ''
}

/** An address is shown to everybody who sees the connection, and stands in its log. */
export const passwordInAddress =
  'must not carry a user name or password: enter those in the fields for them, under the access of the connection'

/** What a person may set about a connection beside its credentials. */
const settings = z.object({
  name: nameSchema,
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .refine((url) => !holdsPassword(url), passwordInAddress)
    .refine((url) => {
      // What is no address at all has been said already.
      if (!URL.canParse(url)) return true
      const { search, hash } = new URL(url)
      return !search && !hash
    }, 'must not carry a query or a fragment')
    .nullish(),
  limits: z
    .strictObject({
      requests: z.int().min(1).max(1_000_000).nullish(),
      perMs: z.int().min(100).max(86_400_000).nullish(),
      concurrency: z.int().min(1).max(200).nullish(),
    })
    .refine(({ requests, perMs }) => isGiven(requests) === isGiven(perMs), {
      error: 'requests and perMs belong together: so many within so long',
      path: ['requests'],
    })
    .nullish(),
})

function isGiven(value: number | null | undefined): boolean {
  return value !== undefined && value !== null
}

export interface ConnectionSettings {
  name: string
  apiUrl: string | undefined
  limits: { requests?: number; perMs?: number; concurrency?: number } | undefined
}

/** Throws `InputInvalid`. Whether `apiUrl` leads somewhere the hub may go is decided each time it is used. */
export function parseSettings(input: unknown): ConnectionSettings {
  const { name, apiUrl, limits } = parseInput(settings, input)
  const { requests, perMs, concurrency } = limits ?? {}
  const own = {
    ...(requests && perMs ? { requests, perMs } : {}),
    ...(concurrency ? { concurrency } : {}),
  }
  return { name, apiUrl: apiUrl ?? undefined, limits: Object.keys(own).length > 0 ? own : undefined }
}
