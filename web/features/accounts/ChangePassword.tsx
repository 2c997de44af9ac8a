import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Narrow } from '../../ui/Narrow.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { toast } from '../../ui/toast-store.ts'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { NewPasswordField } from './NewPasswordField.tsx'

const Change = graphql(
  `
    mutation ChangePassword($current: String!, $next: String!) {
      changePassword(current: $current, next: $next) {
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

/** A new password. All other sessions end: somebody else may have been using the former one. */
export function ChangePassword() {
  const { t } = useTranslation()
  const form = useForm({ current: '', password: '' })
  const { send, isBusy, problem } = useChange(Change, ({ changePassword }) => changePassword, form.show)

  async function save(): Promise<void> {
    if (!form.hasAll(['current', 'password'], t('ui.required'))) return
    const { current, password } = form.values
    if (!(await send({ current, next: password }))) return
    form.clear()
    toast(t('settings.account.passwordChanged'))
  }

  return (
    <Section title={t('account.password')} about={t('settings.account.passwordAbout')} framed>
      <Narrow>
        <Form onSend={save}>
          <TextField
            label={t('settings.account.current')}
            type="password"
            autoComplete="current-password"
            required
            {...form.field('current')}
          />
          <NewPasswordField label={t('settings.account.next')} {...form.field('password')} />
          {problem && <Notice tone="bad">{problem}</Notice>}
          <div>
            <Button type="submit" busy={isBusy}>
              {t('settings.account.changePassword')}
            </Button>
          </div>
        </Form>
      </Narrow>
    </Section>
  )
}
