import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '../../ui/Menu.tsx'
import { DeleteView } from './DeleteView.tsx'
import { RenameView } from './RenameView.tsx'
import type { SavedView } from './view.ts'

/** What can be done with a view itself. */
export function ViewMenu({
  view: { id, name },
  onRenamed,
  onDeleted,
}: {
  view: SavedView
  onRenamed: () => void
  onDeleted: () => void
}) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'rename' | 'delete'>()
  const close = () => setOpened(undefined)
  const renamed = () => {
    close()
    onRenamed()
  }
  return (
    <>
      <Menu
        label={t('views.menu', { name })}
        entries={[
          { label: t('views.rename.ask'), icon: 'edit', onSelect: () => setOpened('rename') },
          { label: t('views.delete.ask'), icon: 'trash', danger: true, onSelect: () => setOpened('delete') },
        ]}
      />
      {opened === 'rename' && <RenameView id={id} name={name} onRenamed={renamed} onClose={close} />}
      {opened === 'delete' && <DeleteView id={id} name={name} onDeleted={onDeleted} onClose={close} />}
    </>
  )
}
