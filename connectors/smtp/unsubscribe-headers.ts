import { mailDomain } from '#sdk'

/**
 * The button that mail programs show beside the sender (RFC 2369), and that one click on it is enough (RFC 8058): the
 * program then posts to the address, and the person sees no page. Gmail and Yahoo ask for both of who sends many.
 */
export function unsubscribeHeaders({
  unsubscribeUrl,
  unsubscribeEmail,
}: {
  unsubscribeUrl: string | undefined
  unsubscribeEmail: string | undefined
}): Record<string, string> {
  const ways = [
    ...(unsubscribeUrl ? [`<${new URL(unsubscribeUrl).href}>`] : []),
    ...(unsubscribeEmail ? [`<mailto:${asWritten(unsubscribeEmail)}?subject=unsubscribe>`] : []),
  ]
  return {
    ...(ways.length > 0 ? { 'List-Unsubscribe': ways.join(', ') } : {}),
    ...(unsubscribeUrl ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  }
}

function asWritten(address: string): string {
  return `${encodeURIComponent(address.slice(0, address.lastIndexOf('@')))}@${mailDomain({ address })}`
}
