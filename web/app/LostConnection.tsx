import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import css from './LostConnection.module.css'
import { reachability } from './reachability.ts'

/** Says that the hub is out of reach, and goes by itself; what is on the page stays, as of when it was last reached. */
export function LostConnection() {
  const { t } = useTranslation()
  const isLost = useSyncExternalStore(reachability.subscribe, reachability.isLost)
  return (
    <div role="status" aria-live="assertive">
      {isLost && (
        <p className={css.lost}>
          <Icon name="offline" />
          {t('app.lost')}
        </p>
      )}
    </div>
  )
}
