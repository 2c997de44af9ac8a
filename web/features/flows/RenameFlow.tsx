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

const Rename = graphql(
  `
    mutation RenameFlow($id: ID!, $name: String!, $nameSeen: String!) {
      updateFlowDraft(id: $id, name: $name, nameSeen: $nameSeen) {
        __typename
        ... on Flow {
          id
          name
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

export function RenameFlow({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ name })
  const [nameSeen, setNameSeen] = useState(name)
  const { send, isBusy, problem } = useChange(
    Rename,
    ({ updateFlowDraft: answer }) => {
      if (answer.__typename === 'RenamedMeanwhile') setNameSeen(answer.nameNow)
      return answer
    },
    form.show,
  )

  async function save(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    if (!(await send({ id, name: form.values.name, nameSeen }))) return
    toast(t('ui.saved'))
    onClose()
  }

  return (
    <Dialog opened onClose={onClose} title={t('flow.rename.title')}>
      <Form onSend={save}>
        <TextField label={t('flow.name')} required autoComplete="off" {...form.field('name')} />
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('ui.save')}
        </Button>
      </Form>
    </Dialog>
  )
}
