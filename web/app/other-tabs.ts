import { useEffect, useState } from 'react'
import type { Me } from './me.tsx'

/** The tabs of one browser share one session, so what happens to it in one of them concerns all. */
const channel = new BroadcastChannel('switchyard-session')
const SIGNED_OUT = 'signed-out'
let isTakenAway = false

/** After somebody signed out on purpose: no tab of this browser goes on showing what they saw. */
export function tellOtherTabsSignedOut(): void {
  channel.postMessage(SIGNED_OUT)
}

/** What is still to be saved here was written by somebody who is gone; nobody else sends it in their own name. */
export function isTabTakenAway(): boolean {
  return isTakenAway
}

/**
 * Where this tab has to go because of what was done in another: to sign in after somebody signed out on purpose, to the
 * first page after somebody else signed in or another workspace was chosen. Until it is there it must show nothing of
 * what it held. A session that merely ended is no such case.
 */
export function useOtherTabs(me: Me | undefined): string | undefined {
  const [goTo, setGoTo] = useState<string>()
  const here = me && JSON.stringify([me.user?.id ?? me.id, me.workspace?.id])

  useEffect(() => {
    if (here === undefined) return
    channel.postMessage(here)
    const hear = ({ data }: MessageEvent<unknown>) => {
      if (data === here) return
      isTakenAway = true
      setGoTo(data === SIGNED_OUT ? '/sign-in' : '/')
    }
    channel.addEventListener('message', hear)
    return () => channel.removeEventListener('message', hear)
  }, [here])

  // What was on the page has been taken off it by then, with whatever would have held it back.
  useEffect(() => {
    if (goTo !== undefined) location.replace(goTo)
  }, [goTo])
  return goTo
}
