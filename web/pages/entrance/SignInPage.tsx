import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Form } from '../../features/forms/Form.tsx'
import { useForm } from '../../features/forms/use-form.ts'
import { graphql } from '../../graphql/graphql.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Entrance } from './Entrance.tsx'

const SignIn = graphql(`
  mutation SignIn($email: String!, $password: String!) {
    signIn(email: $email, password: $password) {
      __typename
      ... on HubError {
        code
        message
      }
    }
  }
`)

/** Opens a session, and goes on to where somebody wanted to go. */
export function SignInPage() {
  const { t } = useTranslation()
  const { to } = useSearch({ from: '/sign-in' })
  const form = useForm({ email: '', password: '' })
  const { run, isBusy, failure } = useAction(SignIn)
  const [refusal, setRefusal] = useState<string>()

  async function send(): Promise<void> {
    setRefusal(undefined)
    if (!form.hasAll(['email', 'password'], t('ui.required'))) return
    const answer = (await run(form.values))?.signIn
    if (!answer) return
    // A fresh document: nothing of whoever was here before is left in it.
    if (answer.__typename === 'SignedIn') location.replace(to ?? '/')
    else setRefusal(wordOf('error', answer.code, {}, answer.message))
  }

  const problem = refusal ?? failure
  return (
    <Entrance title={t('signIn.title')} about={t(to ? 'signIn.goOn' : 'signIn.about')}>
      <Form onSend={() => void send()}>
        {problem && <Notice tone="bad">{problem}</Notice>}
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
      </Form>
    </Entrance>
  )
}
