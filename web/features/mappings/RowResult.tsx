import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/Icon.tsx'
import { choiceWords } from './choice-words.ts'
import { useDesk } from './desk.ts'
import { problemWords } from './problem-words.ts'
import css from './RowResult.module.css'
import type { Target } from './targets.ts'
import { valueWords } from './value-words.ts'

/** What one target field gets for the shown person, or what is in the way and what to do. */
export function RowResult({ target, id }: { target: Target; id: string }) {
  const { t } = useTranslation()
  const { fields, previews, shown, destination } = useDesk()
  const row = fields[target.name]
  const { outcome, isPending } = previews.of(target.name)

  if (target.isGone) return <Problem id={id}>{t('mapping.problem.gone', { tool: destination })}</Problem>
  if (!row) {
    return target.required ? (
      <Problem id={id}>{t('mapping.problem.unmapped')}</Problem>
    ) : (
      <p id={id} className={css.quiet}>
        {t('mapping.result.none')}
      </p>
    )
  }
  if (!outcome) {
    return (
      <p id={id} className={css.quiet}>
        {isPending && shown ? t('mapping.result.coming') : ''}
      </p>
    )
  }
  if (outcome.problem) return <Problem id={id}>{problemWords(outcome.problem, row.source)}</Problem>
  const words = choiceWords(target, outcome.value) ?? valueWords(outcome.value)
  return (
    <p id={id} className={css.result} data-pending={isPending || undefined}>
      <Icon name="arrow" size="s" />
      {words === '' ? (
        <span className={css.quiet}>
          {t(row.when === 'never_blank' ? 'mapping.result.leftOut' : 'mapping.result.blank')}
        </span>
      ) : (
        <span className={css.value}>{words}</span>
      )}
      {outcome.convertedFrom !== null && (
        <span className={css.quiet}>
          {t('mapping.result.converted', { from: valueWords(outcome.convertedFrom) })}
        </span>
      )}
    </p>
  )
}

function Problem({ id, children }: { id: string; children: string }) {
  return (
    <p id={id} className={css.problem}>
      <Icon name="warning" size="s" />
      <span>{children}</span>
    </p>
  )
}
