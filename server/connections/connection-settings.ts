import { z } from 'zod'
import { parseInput } from '../input-invalid.ts'
import { nameSchema } from '../parse-name.ts'

/** What a person may set about a connection beside its credentials. */
const settings = z.object({
  name: nameSchema,
  apiUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .refine((url) => {
      // What is no address at all has been said already.
      if (!URL.canParse(url)) return true
      const { username, password, search, hash } = new URL(url)
      return !username && !password && !search && !hash
    }, 'must not carry a password, a query or a fragment')
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
