import { useState } from 'react'
import type { ReactNode } from 'react'
import { Sending } from '../../ui/sending.ts'
import { Stack } from '../../ui/Stack.tsx'

/**
 * Fields that are sent together, by a button or by Enter. What is wrong is said by us, in the reader's language. Until
 * `onSend` is through, the way to the next page included, it cannot be sent again: an impatient second click would make
 * a second thing.
 */
export function Form({ onSend, children }: { onSend: () => Promise<void>; children: ReactNode }) {
  const [isSending, setIsSending] = useState(false)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (isSending) return
        setIsSending(true)
        void onSend().finally(() => setIsSending(false))
      }}
    >
      <Sending value={isSending}>
        <Stack>{children}</Stack>
      </Sending>
    </form>
  )
}
