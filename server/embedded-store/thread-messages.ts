import { z } from 'zod'

/** What the store's thread is started with. */
export const threadOptions = z.object({
  dir: z.string(),
  host: z.string().optional(),
  port: z.number().optional(),
  ttlSweepMs: z.number().optional(),
})

/** What the store's thread says once, when it is up or cannot be. */
export const threadMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), url: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
])
export type ThreadMessage = z.infer<typeof threadMessage>

/** A command for the store's thread, or its answer to the one of this number. */
export interface Call {
  id: number
  bytes: Uint8Array<ArrayBuffer>
}

/** A copy that can be handed to another thread: Node's small buffers share their memory with one another. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** What the thread is told besides commands: to end. */
export const stopMessage = 'stop'
