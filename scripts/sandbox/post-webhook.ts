import type { Posted } from './stand-in.ts'

/** Vendors wait for so long and not longer. */
const timeoutMs = 15_000

/** Posts one webhook, once: what comes of it is shown and not tried again. */
export async function postWebhook(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<Posted> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await answer.body?.cancel()
    return { url, status: answer.status, body }
  } catch {
    // Nobody there is an outcome here: it is what the page shows.
    return { url, status: 0, body }
  }
}
