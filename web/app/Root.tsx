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

/** A new page is read out from its title, as a fresh document would be. Filters and tabs keep the focus where it is. */
function useFocusOnArrival(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged) document.querySelector<HTMLElement>('h1')?.focus()
      }),
    [router],
  )
}
