import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NewPasswordField } from '../../features/accounts/NewPasswordField.tsx'
import { Form } from '../../features/forms/Form.tsx'
import { useForm } from '../../features/forms/use-form.ts'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Entrance } from './Entrance.tsx'

const SetUp = graphql(
  `
    mutation SetUp(
      $token: String!
      $name: String!
      $email: String!
      $password: String!
      $workspaceName: String!
    ) {
      setUp(token: $token, name: $name, email: $email, password: $password, workspaceName: $workspaceName) {
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

/** Makes the first owner, by the link that the first start prints. Its secret stands behind the #. */
export function SetUpPage() {
  const { t } = useTranslation()
  const { hash: token } = useLocation()
  const form = useForm({ name: '', email: '', password: '', workspaceName: '' })
  const { send, isBusy, problem } = useChange(SetUp, (data) => data.setUp, form.show)

  async function setUp(): Promise<void> {
    if (!form.hasAll(['name', 'email', 'password', 'workspaceName'], t('ui.required'))) return
    if (await send({ token, ...form.values })) location.replace('/')
  }

  return (
    <Entrance title={t('setUp.title')} about={t('setUp.about')}>
      {token === '' ? (
        <Notice tone="warn" title={t('setUp.noToken.title')}>
          {t('setUp.noToken.why')}
        </Notice>
      ) : (
        <Form onSend={setUp}>
          {problem && <Notice tone="bad">{problem}</Notice>}
          <TextField label={t('account.name')} autoComplete="name" required {...form.field('name')} />
          <TextField
            label={t('account.email')}
            type="email"
            autoComplete="username"
            required
            {...form.field('email')}
          />
          <NewPasswordField label={t('account.password')} {...form.field('password')} />
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
      <p>
        {t('setUp.used')} <Link to="/sign-in">{t('signIn.do')}</Link>
      </p>
    </Entrance>
  )
}
