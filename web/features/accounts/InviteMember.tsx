import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../app/me.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { LinkToHandOver } from './LinkToHandOver.tsx'
import { RoleSelect } from './RoleSelect.tsx'

const Invite = graphql(
  `
    mutation InviteMember($email: String!, $role: Role!) {
      inviteMember(email: $email, role: $role) {
        __typename
        ... on CreatedInvitation {
          url
          invitation {
            id
            email
            expiresAt
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** A link into the workspace for one person. The hub sends no mail: the link is handed over. */
export function InviteMember({ onInvited, onClose }: { onInvited: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ email: '' })
  const [role, setRole] = useState<Role>('marketer')
  const { send, isBusy, problem } = useChange(Invite, ({ inviteMember }) => inviteMember, form.show)
  const [made, setMade] = useState<{ url: string; email: string; expiresAt: string }>()

  async function invite(): Promise<void> {
    if (!form.hasAll(['email'], t('ui.required'))) return
    const created = await send({ email: form.values.email, role })
    if (!created) return
    setMade({ url: created.url, ...created.invitation })
    onInvited()
  }

  if (made) {
    return (
      <LinkToHandOver
        title={t('members.invited', { email: made.email })}
        url={made.url}
        expiresAt={made.expiresAt}
        onClose={onClose}
      />
    )
  }
  return (
    <Dialog opened onClose={onClose} title={t('members.invite')}>
      <Form onSend={invite}>
        <TextField
          label={t('account.email')}
          type="email"
          autoComplete="off"
          required
          {...form.field('email')}
        />
        <RoleSelect value={role} onChange={setRole} />
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('members.makeInvitation')}
        </Button>
      </Form>
    </Dialog>
  )
}
