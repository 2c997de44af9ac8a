/** Whether the hub can be reached, by what became of the last request. */

const PROBE_EVERY_MS = 3_000

let isLost = false
let recoveries = 0
const listeners = new Set<() => void>()

function put(lost: boolean): void {
  if (lost === isLost) return
  isLost = lost
  if (lost) void probe()
  else recoveries++
  for (const listener of listeners) listener()
}

/** `fetch` that takes note of whether an answer came. A gateway without a hub behind it counts as none. */
export async function noticingFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, init)
    put(response.status === 502 || response.status === 504)
    return response
  } catch (err) {
    // What was called off by the page itself says nothing about the hub.
    if (!init?.signal?.aborted) put(true)
    throw err
  }
}

/** Asks until somebody answers. A tab that nobody looks at waits. */
async function probe(): Promise<void> {
  while (isLost) {
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS))
    if (document.visibilityState === 'visible') await noticingFetch('/health').catch(() => undefined)
  }
}

/** Everything on the page is asked for again, and what could not be saved is saved. */
function recovered(): void {
  recoveries++
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** For `useSyncExternalStore`: whether the hub is out of reach, and how often it came back. */
export const reachability = { subscribe, isLost: () => isLost, recoveries: () => recoveries, recovered }
