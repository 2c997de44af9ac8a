import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import type { Json } from '../../graphql/json.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { CredentialFields } from './CredentialFields.tsx'
import { initialValues, toCredentials } from './credentials.ts'
import type { CredentialField } from './credentials.ts'

const Rotate = graphql(
  `
    mutation RotateConnectionSecret($id: ID!, $credentials: JSON!) {
      rotateConnectionSecret(id: $id, credentials: $credentials) {
        __typename
        ... on Connection {
          id
          settings
          secretsSet
          formerSecretsUntil
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** New credentials and settings. What the vendor signed with the former secret is taken for another day. */
export function ChangeCredentials({
  id,
  fields,
  settings,
  secretsSet,
  onClose,
  onChanged,
}: {
  id: string
  fields: readonly CredentialField[]
  settings: Json
  secretsSet: readonly string[]
  onClose: () => void
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const form = useForm<string>(initialValues(fields, settings))
  const { send, isBusy, problem } = useChange(
    Rotate,
    ({ rotateConnectionSecret }) => rotateConnectionSecret,
    (problems) =>
      form.show(problems.map(({ path, message }) => ({ path: path.replace(/^credentials\./, ''), message }))),
  )

  async function save(): Promise<void> {
    if (!(await send({ id, credentials: toCredentials(fields, form.values) }))) return
    toast(t('connection.credentials.changed'))
    onChanged()
    onClose()
  }

  return (
    <Dialog opened onClose={onClose} title={t('connection.credentials.change')}>
      <p>{t('connection.credentials.overlap')}</p>
      <Form onSend={save}>
        <CredentialFields fields={fields} form={form} secretsSet={secretsSet} />
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('ui.save')}
        </Button>
      </Form>
    </Dialog>
  )
}
