import { isIP } from 'node:net'
import type { SetUpLink } from './accounts/offer-set-up.ts'

/** What the person at the terminal is told once the hub listens; programs read the log. */
export function greetingOf(started: {
  /** Where it listens; without one there is nothing to open. */
  url: string
  /** The address it listens on. */
  host: string
  /** Files with secrets that this start has made. */
  madeFiles: readonly string[]
  setUpLink: SetUpLink | undefined
  /** `PUBLIC_URL`. */
  publicUrl: string | undefined
}): string[] {
  const { url, host, madeFiles, setUpLink, publicUrl } = started
  const lines = madeFiles.map((file) => `Made ${file} (keep it safe: it is needed again).`)
  lines.push(`Switchyard is ready: ${url}`)
  if (!setUpLink) return lines
  const until = setUpLink.expiresAt.toISOString().slice(0, 16).replace('T', ' ')
  // Without PUBLIC_URL the port may be known only now.
  const link = publicUrl ? setUpLink.url : url + setUpLink.url.slice(new URL(setUpLink.url).origin.length)
  lines.push('', 'Nobody has an account yet. Open this link to become the owner:', `  ${link}`)
  lines.push(`It works once, until ${until} UTC; afterwards a start prints a new one.`)
  if (!isThisMachine(host)) {
    lines.push(
      '',
      `Others can reach this hub too (HOST=${host}). Until somebody has used the link, whoever reads this output can`,
      'become its owner: use it now. Nothing else is open to them without an account or a token.',
    )
    if (!publicUrl)
      lines.push('Set PUBLIC_URL to the address by which people reach it; links are made with it.')
  }
  return lines
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
