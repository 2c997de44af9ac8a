import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'
import { DeleteConnection } from './DeleteConnection.tsx'
import { EditConnection } from './EditConnection.tsx'
import { RotateHookKey } from './RotateHookKey.tsx'
import { usePause } from './use-pause.ts'

/** What can be done with a connection as a whole. */
export function ConnectionMenu({
  connection: { id, name, state, apiUrl, usedBy },
  vendor,
  onChanged,
}: {
  connection: {
    id: string
    name: string
    state: 'on' | 'paused'
    apiUrl: string | null
    usedBy: readonly { name: string }[]
  }
  vendor: string
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'edit' | 'address' | 'delete'>()
  const { pause, resume, problem } = usePause(id)
  const close = () => {
    setOpened(undefined)
    onChanged()
  }
  const hold = async () => {
    if (await pause()) toast(t('connection.paused.done', { name }))
    onChanged()
  }
  const letGo = async () => {
    if (await resume()) toast(t('connection.paused.over', { name }))
    onChanged()
  }
  return (
    <NeedsRole role="ops">
      <Menu
        label={t('connection.menu', { name })}
        entries={[
          { label: t('connection.edit.do'), icon: 'edit', onSelect: () => setOpened('edit') },
          state === 'on'
            ? { label: t('connection.pause'), icon: 'pause', onSelect: () => void hold() }
            : { label: t('connection.resume'), icon: 'play', onSelect: () => void letGo() },
          { label: t('connection.newAddress.ask'), icon: 'link', onSelect: () => setOpened('address') },
          {
            label: t('connection.delete.ask'),
            icon: 'trash',
            danger: true,
            onSelect: () => setOpened('delete'),
          },
        ]}
      />
      {problem && <Notice tone="bad">{problem}</Notice>}
      {opened === 'edit' && <EditConnection id={id} name={name} apiUrl={apiUrl} onClose={close} />}
      {opened === 'address' && <RotateHookKey id={id} vendor={vendor} onClose={close} />}
      {opened === 'delete' && (
        <DeleteConnection id={id} name={name} usedBy={usedBy.map((flow) => flow.name)} onClose={close} />
      )}
    </NeedsRole>
  )
}
