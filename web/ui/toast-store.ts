export interface Toast {
  id: number
  text: string
}

/** Long enough to be read twice. */
const SHOWN_MS = 6_000

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function put(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

/** Says that what somebody just did has been done. What failed is said where it failed instead. */
export function toast(text: string): void {
  const id = ++lastId
  put([...toasts, { id, text }].slice(-3))
  setTimeout(() => dismissToast(id), SHOWN_MS)
}

export function dismissToast(id: number): void {
  put(toasts.filter((each) => each.id !== id))
}

/** For `useSyncExternalStore`. */
export const toastStore = {
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
  read: () => toasts,
}
