import { useEffect } from 'react'

const controls = 'input, select, textarea, button, summary, a[href]'
/** What is loaded late can still be found. */
const FOUND_WITHIN_MS = 4_000

/** Puts the focus on what the end of the address names, or on the first field in it, as soon as it is there. */
export function useAnchor(hash: string): void {
  useEffect(() => {
    if (hash === '' || focusOn(hash)) return undefined
    const watcher = new MutationObserver(() => {
      if (focusOn(hash)) watcher.disconnect()
    })
    watcher.observe(document.body, { childList: true, subtree: true })
    const tired = setTimeout(() => watcher.disconnect(), FOUND_WITHIN_MS)
    return () => {
      clearTimeout(tired)
      watcher.disconnect()
    }
  }, [hash])
}

function focusOn(id: string): boolean {
  const place = document.getElementById(id)
  const control = place?.matches(controls) ? place : place?.querySelector<HTMLElement>(controls)
  control?.focus()
  control?.scrollIntoView({ block: 'center' })
  return control !== null && control !== undefined
}
