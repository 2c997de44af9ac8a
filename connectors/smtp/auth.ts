import { defineAuth, isMailAddress, z } from '#sdk'
import { mailOf } from './mail-of.ts'

const address = z.string().trim().refine(isMailAddress, 'This is not an email address.')

/** The ports that go with each way of encrypting (RFC 8314; `none` is for a server in the same network). */
const usualPorts = { starttls: 587, tls: 465, none: 25 } as const

export const auth = defineAuth({
  fields: z.object({
    host: z
      .string()
      .trim()
      .regex(
        /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$|^\[[0-9a-f:.]+\]$/iu,
        'Enter the name alone, such as smtp.example.org, without smtp:// and without a port.',
      )
      .meta({
        label: 'Mail server',
        help: 'Such as smtp.example.org. Your provider calls it outgoing server or SMTP.',
      }),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .meta({
        label: 'Encryption',
        help: 'Without encryption everybody on the way can read along, the password included.',
        choices: {
          starttls: 'STARTTLS, the usual one (port 587)',
          tls: 'TLS from the first byte (port 465)',
          none: 'None (port 25)',
        },
      }),
    port: z.int().min(1).max(65_535).optional().meta({
      label: 'Port',
      help: 'Empty: the one that goes with the encryption.',
    }),
    user: z.string().min(1).optional().meta({
      label: 'User name',
      help: 'Often the whole email address. Empty: the server takes mail without sign-in.',
    }),
    password: z.string().min(1).optional().meta({
      label: 'Password',
      help: 'Where the account has two-step sign-in, an app password.',
      secret: true,
      password: true,
    }),
    signInMethod: z
      .enum(['auto', 'plain', 'login', 'cram_md5'])
      .default('auto')
      .meta({
        label: 'How to sign in',
        choices: {
          auto: 'The first that the server offers',
          plain: 'PLAIN',
          login: 'LOGIN',
          cram_md5: 'CRAM-MD5',
        },
      }),
    trustAnyCertificate: z
      .boolean()
      .default(false)
      .meta({
        onlyFor: { security: ['starttls', 'tls'] },
        label: 'Trust any certificate',
        help: 'Only for a server of your own with a certificate it made itself: whoever sits in between could read along.',
      }),
    clientName: z
      .string()
      .regex(/^[A-Za-z0-9.-]+$/, 'Only letters, digits, dots and hyphens.')
      .optional()
      .meta({
        label: 'What the hub calls itself',
        help: 'For servers that look at it (EHLO). Such as hub.example.org.',
      }),
    fromAddress: address.meta({
      label: 'Sender address',
      help: 'It must be yours: most servers refuse any other.',
    }),
    fromName: z.string().trim().max(200).optional().meta({ label: 'Sender name' }),
    replyTo: address.optional().meta({ label: 'Replies go to', help: 'Empty: to the sender address.' }),
  }),
  mail: ({ host, security, port, user, password, signInMethod, trustAnyCertificate, clientName }) => ({
    host,
    port: port ?? usualPorts[security],
    security,
    trustsAnyCertificate: trustAnyCertificate,
    ...(user && password ? { signIn: { user, password, method: signInMethod } } : {}),
    ...(clientName ? { clientName } : {}),
  }),
  check: async ({ mail, auth: { user, host } }) => {
    const { greeting } = await mailOf(mail).check()
    return { account: `${user ?? 'without sign-in'} at ${host}: ${greeting.slice(0, 200)}` }
  },
})
