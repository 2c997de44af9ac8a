import i18next from 'i18next'
import { targetWords } from '../deliveries/input-words.ts'
import type { Problem } from './problem-fields.ts'

/** The cause as a sentence: “Nothing goes out to Newsletter”. */
export function problemTitle({ kind, connection, flow, action, field, state }: Problem): string {
  const names = {
    where: connection?.name ?? i18next.t('delivery.connectionGone'),
    flow: flow?.name ?? i18next.t('problem.flowGone'),
    field: targetWords(action?.input, field ?? ''),
  }
  if (kind === 'connection') {
    return i18next.t(connection?.signIn.state === 'needed' ? 'problem.signIn' : 'problem.connection', names)
  }
  return field ? i18next.t('problem.field', names) : i18next.t(`problem.state.${state ?? 'failed'}`, names)
}
