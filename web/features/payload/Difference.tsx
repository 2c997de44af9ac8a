import { useTranslation } from 'react-i18next'
import type { Json } from '../../graphql/json.ts'
import { Time } from '../../ui/Time.tsx'
import css from './Difference.module.css'
import { ValueInWords } from './ValueInWords.tsx'

/** What was, and what is now, field by field. */
export function Difference({
  label,
  at,
  changes,
}: {
  label: string
  at: string
  changes: readonly { field: string; old: Json | null; new: Json | null }[]
}) {
  const { t } = useTranslation()
  return (
    <div className={css.difference} role="group" aria-label={label}>
      <p className={css.head}>
        <strong>{label}</strong> <Time at={at} form="ago" />
      </p>
      <dl className={css.changes}>
        {changes.map((change, place) => (
          <div key={place} className={css.change}>
            <dt>{change.field}</dt>
            <dd>
              {change.old !== null && (
                <>
                  <del>
                    <ValueInWords name={change.field} value={change.old} />
                  </del>{' '}
                  <span className={css.heard}>{t('payload.became')}</span>{' '}
                </>
              )}
              <ins>
                <ValueInWords name={change.field} value={change.new} />
              </ins>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
