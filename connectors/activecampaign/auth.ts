import { defineAuth, z } from '#sdk'

export const auth = defineAuth({
  fields: z.object({
    accountUrl: z
      .url({ protocol: /^https?$/, error: 'must be the whole address, with https:// in front' })
      .meta({
        label: 'API address',
        help: 'Settings → Developer → URL, such as https://your-account.api-us1.com. Copy it whole.',
      }),
    apiKey: z.string().min(1).meta({
      label: 'API key',
      help: 'On the same page, under the address. It can do what your own user can do.',
      secret: true,
    }),
    hookSecret: z
      .string()
      .regex(/^[\w.~-]{16,}$/, 'Use at least 16 letters, digits, hyphens or underscores.')
      .optional()
      .meta({
        label: 'Secret in the webhook address',
        help: 'Where there is one, only requests to the webhook address with ?secret=… behind it are taken.',
        secret: true,
      }),
  }),
  http: ({ accountUrl, apiKey }) => ({
    prefixUrl: addressOf(accountUrl),
    headers: { 'api-token': apiKey },
  }),
  async check({ http }) {
    const { user } = me.parse(await http.get('api/3/users/me').json())
    return { account: user.email || user.username }
  },
})

export type Credentials = z.output<typeof auth.fields>

const me = z.looseObject({ user: z.looseObject({ username: z.string(), email: z.string().nullish() }) })

/**
 * The account's address without a slash at its end. Some pages show it with the path of the API behind it. It is never
 * made from the account's name: the vendor warns that the host may be another one
 * (developers.activecampaign.com/reference/url, read 2026-08).
 */
export function addressOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/api\/3$/, '')
}
