import type { FailureClass, MailRefusedError } from './errors.ts'

const retried = new Set([408, 409, 423, 425, 429])
const ownersWork = new Set([401, 403, 501, 505])
const vanished = new Set([404, 410])

/**
 * Who has to act on a failing status where the connector's `explain` has nothing better to say.
 * A redirect of a writing request is the owner's to fix, because a request with effects is never sent elsewhere.
 */
export function failureClassOfStatus(method: string, status: number): FailureClass {
  if (status < 400) return method === 'GET' || method === 'HEAD' ? 'retry' : 'fix_connection'
  if (retried.has(status)) return 'retry'
  if (ownersWork.has(status)) return 'fix_connection'
  if (vanished.has(status)) return 'gone'
  return status >= 500 ? 'retry' : 'fix_mapping'
}

/** The server passes no mail on for this hub, in the words of the usual servers. */
const notForUs =
  /\brelay(?:ing)?\b.{0,20}\b(?:denied|not|prohibited)\b|\b(?:unable|not (?:permitted|allowed)) to relay\b/i
/** RFC 7372: the sender's domain is not proven (DKIM, SPF), which no other message would mend. */
const unprovenSender = /\b5\.7\.2[0-7]\b/
/**
 * The account has sent as much as it may for now. Google (5.4.5), Microsoft 365 (5.1.90, 5.7.232, 5.7.233) and cPanel say
 * so with codes that mean never, and take mail again an hour or a day later.
 */
const usedUp = /\b5\.4\.5\b|\b5\.1\.90\b|\b5\.7\.23[23]\b|\bmax emails per hour\b/i
/** RFC 5321 and 3463: larger than the server takes. */
const tooLarge = /^552\b|\b5\.(?:2\.3|3\.4)\b/

/**
 * Who has to act on the refusal of a mail server. What it says of itself, of the sign-in or of the sender holds for
 * every message of the connection; what it says of a recipient or of the content, for this one.
 */
export function failureClassOfReply({
  stage,
  status,
  reply,
}: Pick<MailRefusedError, 'stage' | 'status' | 'reply'>): FailureClass {
  if (status < 500 || usedUp.test(reply)) return 'retry'
  switch (stage) {
    case 'connect':
    case 'encrypt':
    case 'sign_in':
      return 'fix_connection'
    case 'sender':
      return tooLarge.test(reply) ? 'fix_mapping' : 'fix_connection'
    case 'recipient':
      return status === 530 || notForUs.test(reply) ? 'fix_connection' : 'fix_mapping'
    case 'message':
      return unprovenSender.test(reply) ? 'fix_connection' : 'fix_mapping'
  }
}
