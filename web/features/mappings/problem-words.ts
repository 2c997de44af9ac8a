import i18next from 'i18next'
import { isRecord } from '../../graphql/json.ts'
import { fieldLabel } from './field-words.ts'
import { pathsOf } from './mapping-fields.ts'
import type { Source } from './mapping-fields.ts'
import type { Outcome } from './use-previews.ts'

/** What is wrong with a row for the shown person, and what to do about it. */
export function problemWords(
  { code, message, data }: NonNullable<Outcome['problem']>,
  source: Source,
): string {
  const [path] = pathsOf(source)
  if (code === 'required_field_missing') {
    return path === undefined
      ? i18next.t('mapping.problem.gaveNothing')
      : i18next.t('mapping.problem.emptyHere', { from: fieldLabel(path) })
  }
  if (code === 'formula_failed' || code === 'formula_syntax') {
    const position = isRecord(data) && typeof data['position'] === 'number' ? data['position'] + 1 : undefined
    return position === undefined
      ? i18next.t(`mapping.problem.${code}`, { message })
      : i18next.t('mapping.problem.formulaAt', { message, position })
  }
  return message
}
