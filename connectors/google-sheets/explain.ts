import { HttpStatusError, z } from '#sdk'
import type { FailureClass, HttpResponse } from '#sdk'

const errorBody = z.looseObject({
  error: z.looseObject({
    message: z.string().optional(),
    status: z.string().optional(),
    errors: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
    details: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
})

interface Said {
  message: string
  /** `rateLimitExceeded`, `SERVICE_DISABLED` and the like, from wherever this part of Google puts them. */
  reasons: readonly (string | undefined)[]
}

interface Explanation {
  class: FailureClass
  message: string
}

/** Google’s errors in words that say what to do. Nothing: the status alone says it. */
export function explain(answer: HttpResponse | HttpStatusError): Explanation | undefined {
  if (!(answer instanceof HttpStatusError)) return undefined
  const said = read(answer.body)
  switch (answer.status) {
    case 400:
      return explainRefusal(said.message)
    case 401:
      return {
        class: 'fix_connection',
        message:
          'Google does not accept the sign-in. Sign in again, or check that the service account and its key still exist.',
      }
    case 403:
      return explainForbidden(said)
    case 404:
      return {
        class: 'fix_connection',
        message: 'Google has no spreadsheet under this link. Correct the link in the connection.',
      }
    case 429:
      return {
        class: 'retry',
        message: 'Google asked for a slower pace; it allows 60 reads and 60 writes a minute.',
      }
    default:
      return undefined
  }
}

/** What no other values would help with is the owner's to mend, so that the rows wait instead of getting lost. */
function explainRefusal(message: string): Explanation {
  if (/protected cell/i.test(message)) {
    return {
      class: 'fix_connection',
      message:
        'The cells are protected. In Google Sheets, let the account that the hub signs in with edit them (Data → Protected sheets and ranges).',
    }
  }
  if (/above the limit of \d+ cells/i.test(message)) {
    return {
      class: 'fix_connection',
      message: 'The spreadsheet is full. Start a new one and put its link into the connection.',
    }
  }
  const range = /Unable to parse range: (.+?)(?:![A-Z\d:]*)?$/.exec(message)?.[1]
  if (range !== undefined) {
    return {
      class: 'fix_mapping',
      message: `The spreadsheet has no sheet ${range}. Look at the names at its bottom; capitals and blanks count.`,
    }
  }
  return { class: 'fix_mapping', message: message || 'Google cannot use these values.' }
}

const passing = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'RATE_LIMIT_EXCEEDED',
])

function explainForbidden({ message, reasons }: Said): Explanation {
  if (reasons.some((reason) => reason !== undefined && passing.has(reason)))
    return { class: 'retry', message: 'Google asked for a slower pace.' }
  if (reasons.includes('SERVICE_DISABLED') || reasons.includes('accessNotConfigured')) {
    return {
      class: 'fix_connection',
      message:
        'The Google Sheets API is not switched on. Open it in the Google Cloud console (APIs & Services → Library) and choose Enable, then check the connection.',
    }
  }
  if (reasons.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT') || reasons.includes('insufficientPermissions')) {
    return {
      class: 'fix_connection',
      message: 'The sign-in does not cover spreadsheets. Sign in again and leave every box ticked.',
    }
  }
  return {
    class: 'fix_connection',
    message: `Share the spreadsheet with the account that the hub signs in with, as Editor. Google says: ${message || 'not allowed.'}`,
  }
}

function read(body: string): Said {
  const { message = '', errors = [], details = [] } = parsed(body)?.error ?? {}
  return { message, reasons: [...errors, ...details].map(({ reason }) => reason) }
}

function parsed(body: string): z.output<typeof errorBody> | undefined {
  try {
    return errorBody.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
