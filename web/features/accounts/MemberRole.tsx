import { useTranslation } from 'react-i18next'
import type { Role } from '../../app/me.tsx'
import { roles } from '../../app/roles.ts'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Notice } from '../../ui/Notice.tsx'
import { PlainSelect } from '../../ui/Select.tsx'
import { toast } from '../../ui/toast-store.ts'

const Change = graphql(
  `
    mutation ChangeMemberRole($id: ID!, $role: Role!) {
      changeMemberRole(id: $id, role: $role) {
        __typename
        ... on Member {
          id
          role
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** What a member may do, changed at once. */
export function MemberRole({
  id,
  name,
  role,
  onChanged,
}: {
  id: string
  name: string
  role: Role
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Change, ({ changeMemberRole }) => changeMemberRole)

  async function change(next: Role): Promise<void> {
    if (!(await send({ id, role: next }))) return
    toast(t('members.roleChanged', { name, role: t(`role.${next}`) }))
    onChanged()
  }

  return (
    <>
      <PlainSelect
        label={t('members.roleOf', { name })}
        value={role}
        disabled={isBusy}
        onChange={(next) => void change(next)}
        choices={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
      />
      {problem && <Notice tone="bad">{problem}</Notice>}
    </>
  )
}
