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

/** The one thing the thread is told. */
export const stopMessage = 'stop'
