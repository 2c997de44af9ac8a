import { useEffect } from 'react'

const EVERY_MS = 2_000

/** Looks again every two seconds while something is under way of which the live stream does not tell. */
export function useReloadWhile(isUnderWay: boolean, reload: () => void): void {
  useEffect(() => {
    if (!isUnderWay) return undefined
    const timer = setInterval(reload, EVERY_MS)
    return () => clearInterval(timer)
  })
}
