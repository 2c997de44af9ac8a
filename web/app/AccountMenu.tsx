import { useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graphql/graphql.ts'
import { useAction } from '../graphql/use-action.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import css from './AccountMenu.module.css'
import { useMe } from './me.tsx'
import { tellOtherTabsSignedOut } from './other-tabs.ts'
import { WorkspaceSwitch } from './WorkspaceSwitch.tsx'

const SignOut = graphql(`
  mutation SignOut {
    signOut {
      id
    }
  }
`)

/** Who is signed in and where, and how the page looks to them. */
export function AccountMenu() {
  const { t } = useTranslation()
  const { name, workspace, user, memberships } = useMe()
  const { run, isBusy, failure } = useAction(SignOut)
  const { colorScheme, setColorScheme } = useMantineColorScheme()

  async function signOut(): Promise<void> {
    if (!(await run({}))) return
    tellOtherTabsSignedOut()
    // A fresh document: nothing of theirs is left in this tab.
    location.replace('/sign-in')
  }

  return (
    <div className={css.account}>
      <p className={css.who}>
        <span className={css.name}>{name}</span>
        {workspace && memberships.length < 2 && <span className={css.where}>{workspace.name}</span>}
      </p>
      <WorkspaceSwitch />
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
      {failure && <Notice tone="bad">{failure}</Notice>}
      {user && (
        <Button size="s" icon="out" busy={isBusy} onClick={() => void signOut()}>
          {t('account.signOut')}
        </Button>
      )}
    </div>
  )
}
