import { defineAuth, InputRefusedError, z } from '#sdk'
import { readKey } from './service-account-key.ts'

const fields = z.object({
  signIn: z
    .enum(['service_account', 'google_account'])
    .default('service_account')
    .meta({
      label: 'How the hub signs in',
      choices: {
        service_account: 'As a service account that you share the spreadsheet with',
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
  spreadsheet: z
    .string()
    .refine((text) => idIn(text) !== undefined, {
      error: 'This is not the link of a spreadsheet. Copy it from the address bar while it is open.',
    })
    .meta({
      label: 'Spreadsheet',
      help: 'Its link, from the address bar. It begins with https://docs.google.com/spreadsheets/d/.',
    }),
  watch: z.boolean().default(true).meta({
    label: 'Watch for new rows',
    help: 'Looks once a minute what was added or changed.',
  }),
  watchedSheets: z
    .string()
    .optional()
    .meta({
      label: 'Sheets to watch',
      onlyFor: { watch: 'true' },
      help: 'Their names at the bottom of the spreadsheet, separated by commas. Empty: the first one.',
    }),
  completeColumn: z
    .string()
    .min(1)
    .optional()
    .meta({
      label: 'A row counts once this column is filled',
      onlyFor: { watch: 'true' },
      help: 'For sheets that people type into: the heading of what they fill in last. Empty: every row counts at once.',
    }),
  scriptSecret: z.string().min(16, 'Take at least 16 characters.').optional().meta({
    label: 'Secret of the script',
    help: 'Only for a script in the spreadsheet that calls the hub at once. A long text of your own.',
    secret: true,
  }),
})

export type Credentials = z.output<typeof fields>

// Both ways need no more than this, and Google calls it sensitive and not restricted.
const scopes = ['https://www.googleapis.com/auth/spreadsheets']

export const auth = defineAuth({
  fields,
  token({ signIn, serviceAccountKey, clientId, clientSecret }) {
    if (signIn === 'service_account') {
      const key = serviceAccountKey === undefined ? undefined : readKey(serviceAccountKey)
      return key && { kind: 'jwt_bearer', tokenUrl: 'https://oauth2.googleapis.com/token', scopes, ...key }
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
    prefixUrl: 'https://sheets.googleapis.com',
    ...(accessToken ? { headers: { authorization: `Bearer ${accessToken}` } } : {}),
  }),
  async check({ http, auth: credentials }) {
    requireSignIn(credentials)
    const query = { fields: 'spreadsheetId,properties.title,sheets.properties.title' }
    const { properties, sheets } = found.parse(await http.get(spreadsheetPath(credentials), { query }).json())
    const titles = sheets.map((sheet) => sheet.properties.title)
    const absent = watchedSheets(credentials).find((name) => name !== '' && !titles.includes(name))
    if (absent) {
      throw new InputRefusedError(
        `The spreadsheet “${properties.title}” has no sheet “${absent}”. It has: ${titles.join(', ')}.`,
        'watchedSheets',
      )
    }
    return { account: properties.title }
  },
})

const found = z.looseObject({
  properties: z.looseObject({ title: z.string() }),
  sheets: z.array(z.looseObject({ properties: z.looseObject({ title: z.string() }) })),
})

function requireSignIn({ signIn, serviceAccountKey, clientId, clientSecret }: Credentials): void {
  if (signIn === 'service_account' && !serviceAccountKey)
    throw new InputRefusedError('Paste the key of the service account first.', 'serviceAccountKey')
  if (signIn === 'google_account' && !(clientId && clientSecret))
    throw new InputRefusedError(
      'Fill in the client ID and the client secret first, then sign in.',
      'clientId',
    )
}

/** The address of the service account that signs in, which may do so for several spreadsheets. */
export function serviceAccount({ signIn, serviceAccountKey }: Credentials): string | undefined {
  return signIn === 'service_account' ? readKey(serviceAccountKey ?? '')?.issuer : undefined
}

/** Where the API has the spreadsheet, relative to its address. */
export function spreadsheetPath(credentials: Credentials): string {
  return `v4/spreadsheets/${spreadsheetId(credentials)}`
}

export function spreadsheetId({ spreadsheet }: Credentials): string {
  return idIn(spreadsheet) ?? spreadsheet
}

/** The sheets to watch, by name; an empty name is the first sheet. */
export function watchedSheets({ watchedSheets: names }: Credentials): string[] {
  const named = (names ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return named.length > 0 ? [...new Set(named)] : ['']
}

function idIn(text: string): string | undefined {
  return (
    /\/spreadsheets\/(?:u\/\d+\/)?d\/([\w-]{10,})/.exec(text)?.[1] ?? /^\s*([\w-]{10,})\s*$/.exec(text)?.[1]
  )
}
