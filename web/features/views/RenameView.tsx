import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { toast } from '../../ui/toast-store.ts'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'

const Rename = graphql(
  `
    mutation RenameView($id: ID!, $name: String!) {
      updateView(id: $id, name: $name) {
        __typename
        ... on View {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

export function RenameView({
  id,
  name,
  onRenamed,
  onClose,
}: {
  id: string
  name: string
  onRenamed: () => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const form = useForm({ name })
  const { send, isBusy, problem } = useChange(Rename, ({ updateView }) => updateView, form.show)

  async function save(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    if (!(await send({ id, name: form.values.name }))) return
    toast(t('ui.saved'))
    onRenamed()
  }

  return (
    <Dialog opened onClose={onClose} title={t('views.rename.title')}>
      <Form onSend={save}>
        <TextField
          label={t('views.name')}
          required
          autoComplete="off"
          data-autofocus
          {...form.field('name')}
        />
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('ui.save')}
        </Button>
      </Form>
    </Dialog>
  )
}
