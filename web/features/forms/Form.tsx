import type { ReactNode } from 'react'
import { Stack } from '../../ui/Stack.tsx'

/** Fields that are sent together, by a button or by Enter. What is wrong is said by us, in the reader's language. */
export function Form({ onSend, children }: { onSend: () => void; children: ReactNode }) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
    >
      <Stack>{children}</Stack>
    </form>
  )
}
