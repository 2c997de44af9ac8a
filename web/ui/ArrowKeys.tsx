import type { KeyboardEvent, ReactNode } from 'react'

/**
 * Cards that are gone through by arrow as they lie beside and under each other, beginning in the search field above
 * them. Tab still reaches each.
 */
export function ArrowKeys({ children }: { children: ReactNode }) {
  // It makes nothing pressable that was not before.
  // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
  return <div onKeyDown={goOn}>{children}</div>
}

const STOPS = 'a[href], button, summary, input[type="search"]'

function goOn(event: KeyboardEvent<HTMLDivElement>): void {
  const here = event.target
  if (!(here instanceof HTMLElement) || !here.matches(STOPS)) return
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  // To the side is where the cursor goes in a text.
  if (here instanceof HTMLInputElement && event.key !== 'ArrowDown') return
  const from = here.getBoundingClientRect()
  let next: { stop: HTMLElement; away: number } | undefined
  for (const stop of event.currentTarget.querySelectorAll<HTMLElement>(STOPS)) {
    const away = distances[event.key]?.(from, stop.getBoundingClientRect())
    if (away !== undefined && away >= 0 && (!next || away < next.away)) next = { stop, away }
  }
  if (!next) return
  event.preventDefault()
  next.stop.focus()
}

/** How far it is by an arrow; less than nothing where it does not lead. A row further away is further than any column. */
const distances: Record<string, (from: DOMRect, to: DOMRect) => number> = {
  ArrowDown: (from, to) => byRow(to.top - from.bottom, from, to),
  ArrowUp: (from, to) => byRow(from.top - to.bottom, from, to),
  ArrowRight: (from, to) => inRow(to.left - from.right, from, to),
  ArrowLeft: (from, to) => inRow(from.left - to.right, from, to),
}
const ROW = 10_000

function byRow(gap: number, from: DOMRect, to: DOMRect): number {
  return gap < 0 ? -1 : Math.round(gap) * ROW + Math.abs(to.left - from.left)
}

function inRow(gap: number, from: DOMRect, to: DOMRect): number {
  return to.top < from.bottom && to.bottom > from.top ? gap : -1
}
