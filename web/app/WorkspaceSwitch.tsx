import { useTranslation } from 'react-i18next'
import { graphql } from '../graphql/graphql.ts'
import { RefusalFields } from '../graphql/refusal.ts'
import { useChange } from '../graphql/use-change.ts'
import { Notice } from '../ui/Notice.tsx'
import { PlainSelect } from '../ui/Select.tsx'
import { useMe } from './me.tsx'

const Switch = graphql(
  `
    mutation SwitchWorkspace($id: ID!) {
      switchWorkspace(id: $id) {
        __typename
        ... on Workspace {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** For those who belong to several workspaces: which one they look at. */
export function WorkspaceSwitch() {
  const { t } = useTranslation()
  const { workspace, memberships } = useMe()
  const { send, isBusy, problem } = useChange(Switch, ({ switchWorkspace }) => switchWorkspace)
  if (memberships.length < 2) return null

  async function change(id: string): Promise<void> {
    // A fresh document: nothing of the other workspace is left in it.
    if (await send({ id })) location.assign('/')
  }

  return (
    <>
      <PlainSelect
        label={t('account.workspace')}
        value={workspace?.id ?? ''}
        disabled={isBusy}
        onChange={(id) => void change(id)}
        choices={memberships.map((each) => ({ value: each.workspace.id, label: each.workspace.name }))}
      />
      {problem && <Notice tone="bad">{problem}</Notice>}
    </>
  )
}
