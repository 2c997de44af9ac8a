import { useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import css from './AccountMenu.module.css'
import { useMe } from './me.tsx'

/** Who is signed in and where, and how the page looks to them. */
export function AccountMenu() {
  const { t } = useTranslation()
  const { name, workspace } = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className={css.account}>
      <p className={css.who}>
        <span className={css.name}>{name}</span>
        {workspace && <span className={css.where}>{workspace.name}</span>}
      </p>
      <label className={css.look}>
        <span>{t('look.label')}</span>
        <select
          value={colorScheme}
          onChange={({ target: { value } }) =>
            setColorScheme(value === 'dark' || value === 'light' ? value : 'auto')
          }
        >
          <option value="auto">{t('look.auto')}</option>
          <option value="light">{t('look.light')}</option>
          <option value="dark">{t('look.dark')}</option>
        </select>
      </label>
    </div>
  )
}
