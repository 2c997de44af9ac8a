import type { Mail } from '#sdk'

/** The connection's `mail`, which is there because `auth.mail` names a server. */
export function mailOf(mail: Mail | undefined): Mail {
  if (!mail) throw new Error('The hub handed over no mail, although the connection has a server for it.')
  return mail
}
