import { Popover } from '@mantine/core'
import { useId, useState } from 'react'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import css from './Picker.module.css'
import { Icon } from './Icon.tsx'
import type { PickerGroup, PickerOption } from './picker-options.ts'

/**
 * One of many in groups, found by typing. It opens by typing, by `/`, by an arrow key, by a click and by its button;
 * arrows go through it, Enter takes, Escape leaves. `children` show what is chosen now; Backspace in the empty field
 * takes it away.
 */
export function Picker({
  label,
  groups,
  query,
  onQuery,
  onPick,
  onClear,
  nothing,
  placeholder,
  openLabel,
  describedBy,
  inputRef,
  children,
}: {
  label: string
  /** Asked for only while it is open. */
  groups: () => readonly PickerGroup[]
  query: string
  onQuery: (query: string) => void
  onPick: (key: string) => void
  onClear?: (() => void) | undefined
  /** Said where nothing fits. */
  nothing: string
  placeholder: string
  /** Of the button, for those who listen. */
  openLabel: string
  describedBy?: string | undefined
  inputRef?: Ref<HTMLInputElement>
  children?: ReactNode
}) {
  const id = useId()
  const [isOpen, setIsOpen] = useState(false)
  const [at, setAt] = useState(0)
  const shown = isOpen ? groups() : []
  const options = shown.flatMap((group) => group.options)
  const active = Math.min(at, options.length - 1)
  const idOf = (place: number) => `${id}-${place}`

  function open(): void {
    setIsOpen(true)
    setAt(0)
  }
  function close(): void {
    setIsOpen(false)
    onQuery('')
  }
  function pick(key: string | undefined): void {
    if (key !== undefined) onPick(key)
    close()
  }
  function move(by: number): void {
    if (!isOpen) return open()
    const next = (active + by + options.length) % Math.max(options.length, 1)
    setAt(next)
    document.getElementById(idOf(next))?.scrollIntoView({ block: 'nearest' })
  }
  function press(event: KeyboardEvent): void {
    const does = keys()[event.key]
    if (!does) return
    event.preventDefault()
    // The dialog around it stays.
    event.stopPropagation()
    does()
  }
  function keys(): Record<string, (() => void) | undefined> {
    return {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: isOpen ? () => pick(options[active]?.key) : open,
      Escape: isOpen ? close : undefined,
      Backspace: query === '' && onClear ? onClear : undefined,
      '/': query === '' ? open : undefined,
    }
  }

  return (
    <Popover
      opened={isOpen}
      position="bottom-start"
      width="target"
      offset={4}
      withinPortal={false}
      withRoles={false}
      trapFocus={false}
      returnFocus={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: css.dropdown }}
    >
      <Popover.Target>
        {/* The whole box is where one clicks to type; the keyboard is in the field already. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <div
          className={css.box}
          onClick={(event) => {
            event.currentTarget.querySelector('input')?.focus()
            if (!isOpen) open()
          }}
        >
          {/* While one looks for something else, what is chosen makes room for what is typed. */}
          {children && query === '' && <div className={css.chosen}>{children}</div>}
          <input
            ref={inputRef}
            role="combobox"
            type="text"
            className={css.input}
            aria-label={label}
            aria-expanded={isOpen}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && options.length > 0 ? idOf(active) : undefined}
            aria-describedby={describedBy}
            autoComplete="off"
            spellCheck={false}
            placeholder={placeholder}
            value={query}
            onChange={({ target }) => {
              onQuery(target.value)
              open()
            }}
            onKeyDown={press}
            onBlur={close}
          />
          <button
            type="button"
            className={css.open}
            tabIndex={-1}
            aria-label={openLabel}
            // The focus stays in the field, which would close the list when it lost it.
            onMouseDown={(event) => event.preventDefault()}
            onClick={(event) => {
              event.stopPropagation()
              event.currentTarget.parentElement?.querySelector('input')?.focus()
              if (isOpen) close()
              else open()
            }}
          >
            <Icon name="down" size="s" />
          </button>
        </div>
      </Popover.Target>
      <Popover.Dropdown>
        <div id={`${id}-list`} role="listbox" aria-label={label} className={css.list}>
          {grouped(shown).map(({ group, from }) => (
            <div key={group.label} role="group" aria-labelledby={`${id}-group-${from}`}>
              <div id={`${id}-group-${from}`} role="presentation" className={css.group}>
                {group.picture}
                {group.label}
              </div>
              {group.options.map((option, place) => (
                <Option
                  key={option.key}
                  id={idOf(from + place)}
                  option={option}
                  isActive={from + place === active}
                  onPoint={() => setAt(from + place)}
                  onPick={() => pick(option.key)}
                />
              ))}
              {group.more && (
                <div role="presentation" className={css.more}>
                  {group.more}
                </div>
              )}
            </div>
          ))}
          {options.length === 0 && (
            <div role="option" aria-selected={false} aria-disabled className={css.more}>
              {nothing}
            </div>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Option({
  id,
  option: { label, value, note, level = 0 },
  isActive,
  onPoint,
  onPick,
}: {
  id: string
  option: PickerOption
  isActive: boolean
  onPoint: () => void
  onPick: () => void
}) {
  return (
    // The field has the focus and the keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className={css.option}
      data-level={Math.min(level, 4)}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPick}
    >
      <span className={css.label}>{label}</span>
      {value !== undefined && <span className={css.value}>{value}</span>}
      {note && <span className={css.note}>{note}</span>}
    </div>
  )
}

/** Each group that has options, with the place of its first one among all. */
function grouped(groups: readonly PickerGroup[]): { group: PickerGroup; from: number }[] {
  let from = 0
  return groups.flatMap((group) => {
    const here = { group, from }
    from += group.options.length
    return group.options.length > 0 ? [here] : []
  })
}
