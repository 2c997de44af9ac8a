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
import { filterOf } from './view.ts'
import type { ViewSearch } from './view.ts'

const Create = graphql(
  `
    mutation CreateView($list: ViewList!, $name: String!, $filter: ViewFilter!) {
      createView(list: $list, name: $name, filter: $filter) {
        __typename
        ... on View {
          id
          name
        }
        ...RefusalFields
        ... on TooManyViews {
          max
        }
      }
    }
  `,
  [RefusalFields],
)

/** Asks for a name, and keeps what the list shows now under it. */
export function SaveView({
  list,
  search,
  leavesOut,
  onSaved,
  onClose,
}: {
  list: 'events' | 'deliveries'
  search: ViewSearch
  leavesOut: string | undefined
  onSaved: (id: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const form = useForm({ name: '' })
  const { send, isBusy, problem } = useChange(Create, ({ createView }) => createView, form.show)

  async function save(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    const made = await send({ list, name: form.values.name, filter: filterOf(search) })
    if (!made) return
    toast(t('views.saved', { name: made.name }))
    onSaved(made.id)
  }

  return (
    <Dialog opened onClose={onClose} title={t('views.save')}>
      <Form onSend={save}>
        <p>
          {t('views.saveAbout')} {leavesOut}
        </p>
        <TextField
          label={t('views.name')}
          help={t('views.nameHelp')}
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
