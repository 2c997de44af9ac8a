import { useTranslation } from 'react-i18next'
import css from './Skeleton.module.css'

/** Stands where lines of text will be, so that nothing jumps when they come. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <div className={css.skeleton} data-loading role="status" aria-label={t('ui.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={css.line} />
      ))}
    </div>
  )
}
