import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { emptyDefinition } from './definition.ts'
import { useCreateFlow } from './use-create-flow.ts'

/** Asks for a name and makes a flow of which everything else is still to be chosen. */
export function NewEmptyFlow({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const form = useForm({ name: '' })
  const { send, isBusy, problem } = useCreateFlow(form.show)

  async function make(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    const flow = await send(form.values.name, emptyDefinition)
    if (flow) await navigate({ to: '/flows/$flowId', params: { flowId: flow.id }, search: { open: 'when' } })
  }

  return (
    <Dialog opened onClose={onClose} title={t('newFlow.empty')}>
      <Form onSend={make}>
        <TextField
          label={t('flow.name')}
          help={t('flow.nameHelp')}
          required
          autoComplete="off"
          {...form.field('name')}
        />
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('newFlow.make')}
        </Button>
      </Form>
    </Dialog>
  )
}
