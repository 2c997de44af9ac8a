import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Narrow } from '../../ui/Narrow.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { toast } from '../../ui/toast-store.ts'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'

const Change = graphql(
  `
    mutation ChangeName($name: String!) {
      changeName(name: $name) {
        __typename
        ... on User {
          id
          name
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** How others see one. The email address is that of the invitation. */
export function ChangeName({ name, email }: { name: string; email: string }) {
  const { t } = useTranslation()
  const form = useForm({ name })
  const { send, isBusy, problem } = useChange(Change, ({ changeName }) => changeName, form.show)

  async function save(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    if (await send(form.values)) toast(t('ui.saved'))
  }

  return (
    <Section title={t('settings.account.you')} framed>
      <Narrow>
        <Form onSend={save}>
          <Facts facts={[[t('account.email'), email]]} />
          <TextField label={t('account.name')} autoComplete="name" required {...form.field('name')} />
          {problem && <Notice tone="bad">{problem}</Notice>}
          <div>
            <Button type="submit" busy={isBusy}>
              {t('ui.save')}
            </Button>
          </div>
        </Form>
      </Narrow>
    </Section>
  )
}
