import { useSyncExternalStore } from 'react'

let isSignedOut = false
const listeners = new Set<() => void>()

/** Any request may find out that the session has ended; the shell then asks to sign in and comes back. */
export function setSignedOut(signedOut: boolean): void {
  isSignedOut = signedOut
  for (const listener of listeners) listener()
}

/** Whether nobody is signed in, as far as is known. */
export function useSession(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => isSignedOut,
  )
}
