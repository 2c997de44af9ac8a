import { HttpStatusError, z } from '#sdk'
import type { FailureClass, HttpResponse } from '#sdk'

const reasons = z.array(z.looseObject({ reason: z.string().optional() })).optional()
const errorBody = z.looseObject({
  error: z.looseObject({ message: z.string().optional(), errors: reasons, details: reasons }),
})

interface Explanation {
  class: FailureClass
  message: string
}

/** What Google gives as a reason, and what to do about it. */
const byReason: Record<string, Explanation> = {
  rateLimitExceeded: { class: 'retry', message: 'Google asked for a slower pace.' },
  userRateLimitExceeded: { class: 'retry', message: 'Google asked for a slower pace.' },
  RATE_LIMIT_EXCEEDED: { class: 'retry', message: 'Google asked for a slower pace.' },
  quotaExceeded: {
    class: 'retry',
    message: 'The account has created or invited so much that Google makes it pause, for hours or a day.',
  },
  forbiddenForServiceAccounts: {
    class: 'fix_connection',
    message:
      'A service account may not invite guests by itself. Fill in “Act as” after an administrator allowed ' +
      'domain-wide delegation, or sign in as yourself, or map no guests.',
  },
  SERVICE_DISABLED: switchOn(),
  accessNotConfigured: switchOn(),
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: signInAgain(),
  insufficientPermissions: signInAgain(),
  requiredAccessLevel: shareMore(),
  forbidden: shareMore(),
  notACalendarUser: {
    class: 'fix_connection',
    message: 'This account has never opened Google Calendar. Open it once, then check the connection.',
  },
  'push.webhookUrlNotHttps': noHttps(),
  'push.webhookUrlUnauthorized': noHttps(),
  timeRangeEmpty: { class: 'fix_mapping', message: 'The end is not after the start. Correct the mapping.' },
  timeRangeTooLong: {
    class: 'fix_mapping',
    message: 'The time to look at is too long; ask for two months at most.',
  },
  fullSyncRequired: { class: 'retry', message: 'Google wants the calendar to be read anew.' },
}

/** Google’s errors in words that say what to do. Nothing: the status alone says it. */
export function explain(answer: HttpResponse | HttpStatusError): Explanation | undefined {
  if (!(answer instanceof HttpStatusError)) return undefined
  const { message = '', errors = [], details = [] } = read(answer.body)
  for (const { reason } of [...errors, ...details]) {
    if (reason !== undefined && Object.hasOwn(byReason, reason)) return byReason[reason]
  }
  switch (answer.status) {
    case 400:
      return { class: 'fix_mapping', message: message || 'Google cannot use these values.' }
    case 401:
      return {
        class: 'fix_connection',
        message:
          'Google does not accept the sign-in. Sign in again, or check that the service account and its key still exist.',
      }
    case 403:
      return shareMore()
    case 404:
      return explainMissing(answer.method)
    case 410:
      return { class: 'gone', message: 'The event has been deleted.' }
    case 429:
      return { class: 'retry', message: 'Google asked for a slower pace.' }
    default:
      return undefined
  }
}

/** To change what is not there is that delivery's affair; without a calendar none of them can go on. */
function explainMissing(method: string): Explanation {
  if (method === 'PATCH' || method === 'DELETE')
    return { class: 'gone', message: 'The calendar has no such event any more.' }
  return {
    class: 'fix_connection',
    message:
      'Google does not show this calendar to the account that the hub signs in with. Share it, or correct its id in the connection.',
  }
}

function switchOn(): Explanation {
  return {
    class: 'fix_connection',
    message:
      'The Google Calendar API is not switched on. Open it in the Google Cloud console (APIs & Services → Library) and choose Enable, then check the connection.',
  }
}

function signInAgain(): Explanation {
  return {
    class: 'fix_connection',
    message: 'The sign-in does not cover calendars. Sign in again and leave every box ticked.',
  }
}

function shareMore(): Explanation {
  return {
    class: 'fix_connection',
    message:
      'The account that the hub signs in with may not do this. Share the calendar with it, with “Make changes to events”.',
  }
}

function noHttps(): Explanation {
  return {
    class: 'fix_connection',
    message:
      'Google only calls addresses that begin with https:// and that the internet can reach. Set PUBLIC_URL to such a ' +
      'one. Until then the hub looks into the calendar every two minutes.',
  }
}

function read(body: string): z.output<typeof errorBody>['error'] {
  try {
    return errorBody.safeParse(JSON.parse(body)).data?.error ?? {}
  } catch {
    return {}
  }
}
