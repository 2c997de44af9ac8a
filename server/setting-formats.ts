import { isIP } from 'node:net'
import { z } from 'zod'

// What a setting of the environment may look like; each says in one sentence what it must be.

export const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65535, 'must be a whole number from 0 to 65535')
  .transform(Number)

/** Links are made by putting a path behind it. */
export const webAddress = z
  .string()
  .refine(isWebAddress, 'must be an address such as https://hub.example.com, with at most a path behind it')

/** What is signed in with must not travel where others can read it. */
export const safeAddress = webAddress.refine(
  (text) => !isWebAddress(text) || isHttpsOrHere(text),
  'must be https, except on this machine',
)

/** It comes in a header, which cannot hold everything that a password can. */
export const bearerToken = z
  .string()
  .regex(/^[!-~]{16,}$/, 'must be at least 16 letters, digits and signs of ASCII, without spaces')

/** As Express reads them: `loopback`, `linklocal` and `uniquelocal` stand for networks. */
export const proxies = z
  .string()
  .refine(areProxies, 'must be a number of hops, or addresses and networks of proxies separated by commas')

export const mailDomains = z
  .string()
  .refine(
    (text) => listed(text).every((domain) => /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(domain)),
    'must be domains separated by commas, such as example.com,example.org',
  )

export function oneOf<const Words extends readonly string[]>(...words: Words) {
  return z.enum(words, `must be one of ${words.join(', ')}`)
}

/** The entries of a list that is written with commas. */
export function listed(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

function isWebAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return username === '' && password === '' && search === '' && hash === ''
}

function isHttpsOrHere(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

function areProxies(text: string): boolean {
  return /^\d{1,2}$/.test(text) || listed(text).every(isProxy)
}

function isProxy(entry: string): boolean {
  const [address = '', bits = '0', ...more] = entry.split('/')
  const version = isIP(address)
  if (version === 0) return ['loopback', 'linklocal', 'uniquelocal'].includes(entry)
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}
