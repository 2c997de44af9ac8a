/** Where the page on which a sign-in ends says so. */
export const SIGN_IN_CHANNEL = 'switchyard-sign-in'

export interface SignInNews {
  outcome: 'signed_in' | 'failed'
  /** Absent where nobody knows which sign-in it was. */
  connectionId: string | undefined
  message: string
}

/** Anything may be said on a channel; what is no news of a sign-in is not heard. */
export function readSignInNews(data: unknown): SignInNews | undefined {
  if (typeof data !== 'object' || data === null || !('outcome' in data) || !('message' in data))
    return undefined
  const { outcome, message } = data
  if ((outcome !== 'signed_in' && outcome !== 'failed') || typeof message !== 'string') return undefined
  const connectionId =
    'connectionId' in data && typeof data.connectionId === 'string' ? data.connectionId : undefined
  return { outcome, message, connectionId }
}
