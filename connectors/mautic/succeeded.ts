import { InputRefusedError, z } from '#sdk'
import type { HttpResponse } from '#sdk'

const answered = z.looseObject({
  success: z.union([z.boolean(), z.number()]).transform(Boolean),
  failed: z.unknown().optional(),
})

/** Some paths answer 200 whatever happened, and say inside whether they did it. */
export function requireSuccess(answer: HttpResponse, otherwise: string): void {
  const { success, failed } = answered.parse(answer.json())
  if (success) return
  const said = typeof failed === 'string' ? failed : failed === undefined ? '' : JSON.stringify(failed)
  throw new InputRefusedError(said ? `${otherwise} Mautic says: ${said}` : otherwise)
}
