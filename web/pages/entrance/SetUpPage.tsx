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

const SetUp = graphql(`
  mutation SetUp(
    $token: String!
    $name: String!
    $email: String!
    $password: String!
    $workspaceName: String!
  ) {
    setUp(token: $token, name: $name, email: $email, password: $password, workspaceName: $workspaceName) {
      __typename
      ... on HubError {
        code
        message
      }
      ... on InputInvalid {
        problems {
          path
          message
        }
      }
    }
  }
`)

/** Makes the first owner, by the link that the first start prints. Its secret stands behind the #. */
export function SetUpPage() {
  const { t } = useTranslation()
  const [token] = useState(() => location.hash.slice(1))
  const form = useForm({ name: '', email: '', password: '', workspaceName: '' })
  const { run, isBusy, failure } = useAction(SetUp)
  const [refusal, setRefusal] = useState<string>()

  async function send(): Promise<void> {
    setRefusal(undefined)
    if (!form.hasAll(['name', 'email', 'password', 'workspaceName'], t('ui.required'))) return
    const answer = (await run({ token, ...form.values }))?.setUp
    if (!answer) return
    switch (answer.__typename) {
      case 'SignedIn':
        location.replace('/')
        break
      case 'InputInvalid':
        setRefusal(form.show(answer.problems)[0]?.message)
        break
      case 'PasswordUnfit':
        form.show([{ path: 'password', message: wordOf('error', answer.code, {}, answer.message) }])
        break
      case 'SetUpClosed':
        setRefusal(wordOf('error', answer.code, {}, answer.message))
    }
  }

  const problem = refusal ?? failure
  return (
    <Entrance title={t('setUp.title')} about={t('setUp.about')}>
      {token === '' ? (
        <Notice tone="warn" title={t('setUp.noToken.title')}>
          {t('setUp.noToken.why')}
        </Notice>
      ) : (
        <Form onSend={() => void send()}>
          {problem && <Notice tone="bad">{problem}</Notice>}
          <TextField label={t('account.name')} autoComplete="name" required {...form.field('name')} />
          <TextField
            label={t('account.email')}
            type="email"
            autoComplete="username"
            required
            {...form.field('email')}
          />
          <TextField
            label={t('account.password')}
            help={t('account.passwordHelp')}
            type="password"
            autoComplete="new-password"
            required
            {...form.field('password')}
          />
          <TextField
            label={t('setUp.workspace')}
            help={t('setUp.workspaceHelp')}
            autoComplete="organization"
            required
            {...form.field('workspaceName')}
          />
          <Button type="submit" kind="primary" busy={isBusy}>
            {t('setUp.do')}
          </Button>
        </Form>
      )}
    </Entrance>
  )
}
