import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '../../features/accounts/SignInForm.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Entrance } from './Entrance.tsx'

const OptionsQuery = graphql(`
  query SignInOptions {
    signInOptions {
      isSetUp
      oidc {
        name
        startUrl
      }
    }
  }
`)

/** Opens a session, and goes on to where somebody wanted to go. */
export function SignInPage() {
  const { t } = useTranslation()
  const { to = '/', problem: fromProvider } = useSearch({ from: '/sign-in' })
  const { data } = useData(OptionsQuery, {})
  const oidc = data?.signInOptions.oidc

  const wrong = fromProvider && wordOf('error', fromProvider, {}, t('error.identity_provider_failed'))
  return (
    <Entrance title={t('signIn.title')} about={t(to === '/' ? 'signIn.about' : 'signIn.goOn')}>
      {data?.signInOptions.isSetUp === false && (
        <Notice title={t('signIn.notSetUp.title')}>{t('signIn.notSetUp.why')}</Notice>
      )}
      {/* A fresh document: nothing of whoever was here before is left in it. */}
      <SignInForm problem={wrong || undefined} onSignedIn={() => location.replace(to)}>
        {oidc && (
          <Button icon="key" onClick={() => location.assign(`${oidc.startUrl}?to=${encodeURIComponent(to)}`)}>
            {t('signIn.with', { name: oidc.name })}
          </Button>
        )}
      </SignInForm>
    </Entrance>
  )
}
