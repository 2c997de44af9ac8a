import { Menu as Kit } from '@mantine/core'
import css from './Menu.module.css'
import { Button, IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'

/**
 * The less frequent things one can do, behind one button. `label` says whose they are; it is written out where there is
 * a `button`.
 */
export function Menu({
  label,
  button,
  entries,
}: {
  label: string
  button?: { icon: IconName; isBusy: boolean }
  entries: readonly { label: string; icon: IconName; onSelect: () => void; danger?: boolean }[]
}) {
  return (
    <Kit
      position="bottom-end"
      offset={4}
      // Where it is opened, so that it belongs to the page's parts; and with nothing in it but its entries.
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      classNames={{ dropdown: css.dropdown, item: css.item, itemSection: css.section }}
    >
      <Kit.Target>
        {button ? (
          <Button size="s" icon={button.icon} busy={button.isBusy}>
            {label}
          </Button>
        ) : (
          <IconButton icon="more" label={label} framed />
        )}
      </Kit.Target>
      <Kit.Dropdown>
        {entries.map(({ label: words, icon, onSelect, danger }) => (
          <Kit.Item
            key={words}
            leftSection={<Icon name={icon} />}
            onClick={({ currentTarget }) => {
              // What it leads to gives the focus back to where it came from: the entry is gone by then.
              buttonOf(currentTarget)?.focus()
              onSelect()
            }}
            data-danger={danger || undefined}
          >
            {words}
          </Kit.Item>
        ))}
      </Kit.Dropdown>
    </Kit>
  )
}

function buttonOf(entry: Element): HTMLElement | null {
  const id = entry.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  return document.getElementById(id ?? '')
}
