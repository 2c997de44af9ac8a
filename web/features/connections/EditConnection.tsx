import { useState } from 'react'
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

const Update = graphql(
  `
    mutation UpdateConnection($id: ID!, $name: String, $nameSeen: String, $apiUrl: String) {
      updateConnection(id: $id, name: $name, nameSeen: $nameSeen, apiUrl: $apiUrl) {
        __typename
        ... on Connection {
          id
          name
          apiUrl
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Name and API address. */
export function EditConnection({
  id,
  name,
  apiUrl,
  onClose,
}: {
  id: string
  name: string
  apiUrl: string | null
  onClose: () => void
}) {
  const { t } = useTranslation()
  const [before] = useState({ name, apiUrl: apiUrl ?? '' })
  const form = useForm(before)
  const [nameSeen, setNameSeen] = useState(name)
  const { send, isBusy, problem } = useChange(
    Update,
    ({ updateConnection: answer }) => {
      if (answer.__typename === 'RenamedMeanwhile') setNameSeen(answer.nameNow)
      return answer
    },
    form.show,
  )

  async function save(): Promise<void> {
    // What nobody touched here may have been changed in another tab since.
    const changed = {
      ...(form.values.name === before.name ? {} : { name: form.values.name, nameSeen }),
      ...(form.values.apiUrl === before.apiUrl ? {} : { apiUrl: form.values.apiUrl || null }),
    }
    if (!(await send({ id, ...changed }))) return
    toast(t('ui.saved'))
    onClose()
  }

  return (
    <Dialog opened onClose={onClose} title={t('connection.edit.title')}>
      <Form onSend={save}>
        <TextField label={t('connection.name')} required autoComplete="off" {...form.field('name')} />
        <TextField
          label={t('connection.apiUrl')}
          help={t('connection.apiUrlHelp')}
          code
          autoComplete="off"
          {...form.field('apiUrl')}
        />
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('ui.save')}
        </Button>
      </Form>
    </Dialog>
  )
}
