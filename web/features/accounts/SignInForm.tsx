import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'

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

/** Opens a session by email and password. */
export function SignInForm({
  problem: before,
  onSignedIn,
  children,
}: {
  /** What was wrong with signing in another way. */
  problem?: string | undefined
  onSignedIn: (userId: string) => void
  /** Other ways, below the button. */
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const form = useForm({ email: '', password: '' })
  const { send, isBusy, problem } = useChange(SignIn, ({ signIn }) => signIn)
  const wrong = problem ?? before

  async function signIn(): Promise<void> {
    if (!form.hasAll(['email', 'password'], t('ui.required'))) return
    const answer = await send(form.values)
    if (answer?.__typename === 'SignedIn') onSignedIn(answer.userId)
  }

  return (
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
      {children}
    </Form>
  )
}
