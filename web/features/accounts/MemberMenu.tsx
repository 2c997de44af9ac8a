import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Confirm } from '../../ui/Confirm.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { toast } from '../../ui/toast-store.ts'
import { PasswordLink } from './PasswordLink.tsx'

const Remove = graphql(
  `
    mutation RemoveMember($id: ID!) {
      removeMember(id: $id) {
        __typename
        ... on Deleted {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** What an owner can do about a member. */
export function MemberMenu({ id, name, onChanged }: { id: string; name: string; onChanged: () => void }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'link' | 'remove'>()
  const { send, isBusy, problem } = useChange(Remove, ({ removeMember }) => removeMember)

  async function remove(): Promise<void> {
    if (!(await send({ id }))) return
    setOpened(undefined)
    toast(t('members.removed', { name }))
    onChanged()
  }

  return (
    <>
      <Menu
        label={t('members.menu', { name })}
        entries={[
          { label: t('members.passwordLink.ask'), icon: 'key', onSelect: () => setOpened('link') },
          {
            label: t('members.remove.ask'),
            icon: 'trash',
            danger: true,
            onSelect: () => setOpened('remove'),
          },
        ]}
      />
      {opened === 'link' && <PasswordLink id={id} name={name} onClose={() => setOpened(undefined)} />}
      {opened === 'remove' && (
        <Confirm
          title={t('members.remove.title', { name })}
          action={t('members.remove.do')}
          danger
          busy={isBusy}
          problem={problem}
          onConfirm={() => void remove()}
          onClose={() => setOpened(undefined)}
        >
          {t('members.remove.about')}
        </Confirm>
      )}
    </>
  )
}
