import { Outlet, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Toasts } from '../ui/Toasts.tsx'
import { LostConnection } from './LostConnection.tsx'

/** Around every page, signed in or not. */
export function Root() {
  useFocusOnArrival()
  return (
    <>
      <LostConnection />
      <Outlet />
      <Toasts />
    </>
  )
}

/**
 * A new page is read out from its title, as a fresh document would be. Filters and tabs keep the focus where it is, and
 * a link that is gone with what it led away from, the one to the older ones, gives it to the title.
 */
function useFocusOnArrival(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        const isLost = document.activeElement === document.body
        if (!fromLocation || !(pathChanged || isLost)) return
        document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: !pathChanged })
      }),
    [router],
  )
}
