import { defineInbound, headerSecret, z } from '#sdk'
import { auth, watchedSheets } from '../auth.ts'
import type { Credentials } from '../auth.ts'

const call = z.looseObject({ sheet: z.string().nullish() })

/**
 * A script in the spreadsheet says that something changed. It is only a knock at the door: the hub looks for itself, so
 * that a row counts once, whether the script told of it or the clock.
 */
export const scriptCall = defineInbound({
  id: 'scriptCall',
  auth,
  signature: headerSecret({
    header: 'x-switchyard-secret',
    secret: ({ scriptSecret }: Credentials) => scriptSecret,
  }),
  item: call,
  dedupeKey: (_item, { id, receivedAt }) => `call:${id ?? receivedAt.toISOString()}`,
  wakes({ sheet }, _hook, credentials) {
    const watched = watchedSheets(credentials)
    return { poll: 'rows', subject: watched.find((name) => name === sheet) ?? watched[0] ?? '' }
  },
  normalise: () => [],
})
