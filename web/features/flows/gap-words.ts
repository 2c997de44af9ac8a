import i18next from 'i18next'
import type { Definition } from './definition.ts'
import type { Tools } from './use-tools.ts'

/** Something that a flow lacks to be turned on, as the hub names it. */
export interface Gap {
  stepId: string | null
  code: string
  subject: string
  message: string
}

/** What is missing, in words that name fields as the screen does. */
export function gapWords(
  { stepId, code, subject, message }: Gap,
  definition: Definition,
  tools: Tools,
): string {
  const step = definition.steps.find(({ id }) => id === stepId)
  const input = step && tools.action(step.connectionId, step.actionId)?.input
  const label = input?.find(({ name }) => name === subject)?.label ?? subject
  const which = subject === '' ? code.replace('_missing', '_unset') : code
  return i18next.t(`flow.gap.${which}`, { label, defaultValue: message })
}

/** Where it is mended: which step and which field of its mapping have to be open, and the place to go to. */
export function placeOfGap({ stepId, code, subject }: Gap): {
  search: { open?: string; field?: string }
  hash: string
} {
  if (stepId === null) {
    if (code === 'no_steps') return { search: {}, hash: 'add-step' }
    if (code === 'filter_unusable') return { search: { open: 'if' }, hash: 'if' }
    return { search: { open: 'when' }, hash: code === 'source_missing' ? 'when-connection' : 'when-events' }
  }
  const part = { connection_missing: 'connection', action_missing: 'action' }[code]
  if (part) return { search: { open: stepId }, hash: `${stepId}-${part}` }
  return ['field_unmapped', 'formula_unreadable', 'cannot_keep_filled'].includes(code)
    ? { search: { open: stepId, field: subject }, hash: `field-${subject}` }
    : { search: { open: stepId }, hash: `${stepId}-mapping` }
}
