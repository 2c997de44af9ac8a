import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Form } from '../../features/forms/Form.tsx'
import { useForm } from '../../features/forms/use-form.ts'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
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

const SignIn = graphql(
  `
    mutation SignIn($email: String!, $password: String!) {
      signIn(email: $email, password: $password) {
        __typename
        ... on SignedIn {
          userId
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Opens a session, and goes on to where somebody wanted to go. */
export function SignInPage() {
  const { t } = useTranslation()
  const { to = '/', problem: fromProvider } = useSearch({ from: '/sign-in' })
  const { data } = useData(OptionsQuery, {})
  const form = useForm({ email: '', password: '' })
  const { send, isBusy, problem } = useChange(SignIn, ({ signIn }) => signIn)
  const oidc = data?.signInOptions.oidc

  async function signIn(): Promise<void> {
    if (!form.hasAll(['email', 'password'], t('ui.required'))) return
    // A fresh document: nothing of whoever was here before is left in it.
    if (await send(form.values)) location.replace(to)
  }

  const wrong =
    problem ?? (fromProvider && wordOf('error', fromProvider, {}, t('error.identity_provider_failed')))
  return (
    <Entrance title={t('signIn.title')} about={t(to === '/' ? 'signIn.about' : 'signIn.goOn')}>
      {data?.signInOptions.isSetUp === false && (
        <Notice title={t('signIn.notSetUp.title')}>{t('signIn.notSetUp.why')}</Notice>
      )}
      <Form onSend={signIn}>
        {wrong && <Notice tone="bad">{wrong}</Notice>}
        <TextField
          label={t('account.email')}
          type="email"
          autoComplete="username"
          required
          {...form.field('email')}
        />
        <TextField
          label={t('account.password')}
          type="password"
          autoComplete="current-password"
          required
          {...form.field('password')}
        />
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('signIn.do')}
        </Button>
        {oidc && (
          <Button icon="key" onClick={() => location.assign(`${oidc.startUrl}?to=${encodeURIComponent(to)}`)}>
            {t('signIn.with', { name: oidc.name })}
          </Button>
        )}
      </Form>
    </Entrance>
  )
}
