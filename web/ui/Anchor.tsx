import type { ReactNode } from 'react'

/** A place that the end of an address can name (`#…`): see `useAnchor`. */
export function Anchor({ id, children }: { id: string; children: ReactNode }) {
  return <div id={id}>{children}</div>
}
