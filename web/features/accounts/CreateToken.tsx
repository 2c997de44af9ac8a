import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../../app/me.tsx'
import type { Role } from '../../app/me.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Form } from '../forms/Form.tsx'
import { useForm } from '../forms/use-form.ts'
import { RoleSelect } from './RoleSelect.tsx'

const Create = graphql(
  `
    mutation CreateToken($name: String!, $role: Role!, $expiresAt: DateTime, $permissions: [Permission!]) {
      createToken(name: $name, role: $role, expiresAt: $expiresAt, permissions: $permissions) {
        __typename
        ... on CreatedToken {
          secret
          token {
            id
            name
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

type Permission = ReturnType<typeof graphql.scalar<'Permission'>>

const permissions: readonly Permission[] = [
  'read_connections',
  'read_flows',
  'read_events',
  'read_deliveries',
  'read_contacts',
  'read_workspace',
  'write_connections',
  'write_flows',
  'write_contacts',
  'write_workspace',
  'replay_deliveries',
]

const DAY_MS = 86_400_000
const lifetimes = ['30', '90', '365', 'never'] as const

/** A new token, whose secret is shown once: only the button ends that, no click beside it and no Escape. */
export function CreateToken({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const { role: own } = useMe()
  const form = useForm({ name: '' })
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState<(typeof lifetimes)[number]>('90')
  const [limitedTo, setLimitedTo] = useState<readonly Permission[]>([])
  const { send, isBusy, problem } = useChange(Create, ({ createToken }) => createToken, form.show)
  const [made, setMade] = useState<{ secret: string; name: string }>()

  async function make(): Promise<void> {
    if (!form.hasAll(['name'], t('ui.required'))) return
    const expiresAt = days === 'never' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString()
    const created = await send({
      name: form.values.name,
      role,
      expiresAt,
      permissions: limitedTo.length > 0 ? [...limitedTo] : null,
    })
    if (!created) return
    setMade({ secret: created.secret, name: created.token.name })
    onMade()
  }

  if (made) {
    return (
      <Dialog
        opened
        title={t('tokens.made', { name: made.name })}
        actions={
          <Button kind="primary" onClick={onClose}>
            {t('ui.done')}
          </Button>
        }
      >
        <p>{t('tokens.madeAbout')}</p>
        <CopyField label={t('tokens.secret')} value={made.secret} />
      </Dialog>
    )
  }
  return (
    <Dialog opened onClose={onClose} title={t('tokens.make')}>
      <Form onSend={make}>
        <TextField
          label={t('tokens.name')}
          help={t('tokens.nameHelp')}
          autoComplete="off"
          required
          {...form.field('name')}
        />
        <RoleSelect value={role} onChange={setRole} upTo={own ?? 'viewer'} />
        <Select
          label={t('tokens.lifetime')}
          required
          value={days}
          onChange={setDays}
          choices={lifetimes.map((value) => ({ value, label: t(`tokens.days.${value}`) }))}
        />
        <Disclosure label={t('tokens.limit')}>
          {() => (
            <>
              <p>{t('tokens.limitAbout')}</p>
              {permissions.map((permission) => (
                <Checkbox
                  key={permission}
                  label={t(`permission.${permission}`)}
                  checked={limitedTo.includes(permission)}
                  onChange={(checked) =>
                    setLimitedTo(
                      checked ? [...limitedTo, permission] : limitedTo.filter((each) => each !== permission),
                    )
                  }
                />
              ))}
            </>
          )}
        </Disclosure>
        {problem && <Notice tone="bad">{problem}</Notice>}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('tokens.do')}
        </Button>
      </Form>
    </Dialog>
  )
}
