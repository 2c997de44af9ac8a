import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'
import css from './Toasts.module.css'
import { dismissToast, toastStore } from './toast-store.ts'

/** Where toasts appear; once, at the edge of every page. */
export function Toasts() {
  const { t } = useTranslation()
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.read)
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {toasts.map(({ id, text }) => (
        <div key={id} className={css.toast}>
          <Icon name="check" />
          <span>{text}</span>
          <IconButton icon="cross" label={t('ui.dismiss')} onClick={() => dismissToast(id)} />
        </div>
      ))}
    </div>
  )
}
