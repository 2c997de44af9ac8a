import { defineAuth, InputRefusedError, z } from '#sdk'
import { readKey } from './service-account-key.ts'

const fields = z.object({
  signIn: z
    .enum(['service_account', 'google_account'])
    .default('service_account')
    .meta({
      label: 'How the hub signs in',
      choices: {
        service_account: 'As a service account that you share the calendar with',
        google_account: 'As yourself, by signing in at Google',
      },
    }),
  serviceAccountKey: z
    .string()
    .refine((text) => readKey(text) !== undefined, {
      error: 'This is not the key of a service account. Paste the whole content of the JSON file.',
    })
    .optional()
    .meta({
      label: 'Key of the service account',
      help: 'The whole content of the JSON file that Google gave you.',
      secret: true,
      onlyFor: { signIn: 'service_account' },
    }),
  actAs: z
    .email()
    .optional()
    .meta({
      label: 'Act as',
      onlyFor: { signIn: 'service_account' },
      help: 'Only with domain-wide delegation: the colleague in whose name the service account invites guests.',
    }),
  clientId: z
    .string()
    .min(1)
    .optional()
    .meta({
      label: 'Client ID',
      help: 'It ends in .apps.googleusercontent.com.',
      onlyFor: { signIn: 'google_account' },
    }),
  clientSecret: z
    .string()
    .min(1)
    .optional()
    .meta({
      label: 'Client secret',
      help: 'Shown beside the client ID.',
      secret: true,
      onlyFor: { signIn: 'google_account' },
    }),
  calendars: z.string().default('primary').meta({
    label: 'Calendars',
    help: 'Their ids, separated by commas; new events go into the first. Your own is primary or your email address.',
  }),
  watch: z.boolean().default(true).meta({
    label: 'Watch for meetings',
    help: 'Google tells the hub what changes, and the hub looks for itself every two minutes.',
  }),
  colleagues: z
    .string()
    .optional()
    .meta({
      label: 'Domains of colleagues',
      onlyFor: { watch: 'true' },
      help: 'Such as example.com, example.org. Guests from there are not contacts. The domain of the calendar is known.',
    }),
  channelToken: z.string().min(32).max(256).optional().meta({
    label: 'Token of the channels',
    help: 'Filled in by the hub: Google shows it with every message.',
    secret: true,
  }),
})

export type Credentials = z.output<typeof fields>

/** The least that is enough: events may be changed, and everything else looked at. */
const scopes = [
  'https://www.googleapis.com/auth/calendar.events',
  'https://www.googleapis.com/auth/calendar.readonly',
]

export const auth = defineAuth({
  fields,
  token({ signIn, serviceAccountKey, actAs, clientId, clientSecret }) {
    if (signIn === 'service_account') {
      const key = serviceAccountKey === undefined ? undefined : readKey(serviceAccountKey)
      if (!key) return undefined
      const subject = actAs ? { subject: actAs } : {}
      return {
        kind: 'jwt_bearer',
        tokenUrl: 'https://oauth2.googleapis.com/token',
        scopes,
        ...key,
        ...subject,
      }
    }
    if (!clientId || !clientSecret) return undefined
    return {
      kind: 'authorization_code',
      authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
      tokenUrl: 'https://oauth2.googleapis.com/token',
      revocationUrl: 'https://oauth2.googleapis.com/revoke',
      clientId,
      clientSecret,
      clientAuthentication: 'body',
      scopes,
      // Google gives a refresh token only for `offline`, and a second time only to who is asked to agree again.
      authorizationParams: { access_type: 'offline', prompt: 'consent', include_granted_scopes: 'true' },
    }
  },
  http: (_credentials, accessToken) => ({
    prefixUrl: 'https://www.googleapis.com',
    ...(accessToken ? { headers: { authorization: `Bearer ${accessToken}` } } : {}),
  }),
  async check({ http, auth: credentials }) {
    requireSignIn(credentials)
    const names: string[] = []
    for (const id of calendarsOf(credentials)) {
      const query = { fields: 'id,summary,timeZone' }
      const answer = await http.get(calendarPath(id), { query, accept: [404] })
      if (answer.status === 404) throw new InputRefusedError(unseen(id), 'calendars')
      names.push(calendar.parse(answer.json()).summary)
    }
    return { account: names.join(', ') }
  },
})

/** Whom Google counts the requests of a service account against. */
export function userOf({ signIn, serviceAccountKey, actAs }: Credentials): string | undefined {
  return signIn === 'service_account' ? (actAs ?? readKey(serviceAccountKey ?? '')?.issuer) : undefined
}

const calendar = z.looseObject({ summary: z.string() })

function requireSignIn({
  signIn,
  serviceAccountKey,
  actAs,
  clientId,
  clientSecret,
  calendars,
}: Credentials): void {
  if (signIn === 'google_account') {
    if (clientId && clientSecret) return
    throw new InputRefusedError(
      'Fill in the client ID and the client secret first, then sign in.',
      'clientId',
    )
  }
  if (!serviceAccountKey)
    throw new InputRefusedError('Paste the key of the service account first.', 'serviceAccountKey')
  if (actAs || !calendars.split(',').some((id) => id.trim() === 'primary')) return
  throw new InputRefusedError(
    '“primary” would be the service account’s own calendar, which is empty. Put in the id of the calendar that you ' +
      'shared with it; that of a person is their email address.',
    'calendars',
  )
}

/** What Google calls not found is mostly not shared. */
export const unseen = (id: string): string =>
  `Google shows no calendar “${id}” to the account that the hub signs in with. Share the calendar with it, with the ` +
  'right to make changes, and look whether the id is written as in the calendar’s settings.'

/** At least one. */
export function calendarsOf({ calendars }: Credentials): [string, ...string[]] {
  const [first = 'primary', ...others] = new Set(
    calendars
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  )
  return [first, ...others]
}

/** Where the API has a calendar, relative to its address. */
export const calendarPath = (id: string): string => `calendar/v3/calendars/${encodeURIComponent(id)}`

/** Where the API has an event; the calendar is the connection's first unless an action names another. */
export function eventPath(credentials: Credentials, calendarId: string | undefined, eventId = ''): string {
  const events = `${calendarPath(calendarId ?? calendarsOf(credentials)[0])}/events`
  return eventId === '' ? events : `${events}/${encodeURIComponent(eventId)}`
}
