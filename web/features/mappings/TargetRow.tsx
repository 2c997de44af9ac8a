import { useId } from 'react'
import type { Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/Button.tsx'
import { useDesk } from './desk.ts'
import { RowDetails } from './RowDetails.tsx'
import { RowResult } from './RowResult.tsx'
import { SourceBox } from './SourceBox.tsx'
import { SourceWords } from './SourceWords.tsx'
import css from './TargetRow.module.css'
import type { Target } from './targets.ts'

/** One field of the destination: what it is, where its value comes from, by which rule, and what the shown person gets. */
export function TargetRow({
  target,
  isOpen,
  isFresh,
  onToggle,
  onMade,
  onRemove,
  inputRef,
}: {
  target: Target
  isOpen: boolean
  /** It was opened to work something out: its editor takes the focus. */
  isFresh: boolean
  onToggle: () => void
  onMade: () => void
  onRemove: () => void
  inputRef?: Ref<HTMLInputElement>
}) {
  const { t } = useTranslation()
  const id = useId()
  const { fields, isReadOnly } = useDesk()
  const row = fields[target.name]
  const isChoosable = !isReadOnly && !target.isGone

  return (
    <li id={`field-${target.name}`} className={css.row} data-open={isOpen || undefined}>
      <div className={css.target}>
        <span className={css.label}>
          {target.label}
          {target.required && <span className={css.required}>{t('mapping.required')}</span>}
        </span>
        {target.help && (
          <span id={`${id}-help`} className={css.help}>
            {target.help}
          </span>
        )}
      </div>
      <div className={css.source}>
        {isChoosable ? (
          <SourceBox
            target={target}
            describedBy={target.help ? `${id}-help ${id}-result` : `${id}-result`}
            onMade={onMade}
            {...(inputRef ? { inputRef } : {})}
          />
        ) : (
          <div className={css.fixed}>{row && <SourceWords source={row.source} target={target} />}</div>
        )}
        {row && row.when !== 'always' && <span className={css.rule}>{t(`mapping.when.${row.when}`)}</span>}
      </div>
      <div className={css.result}>
        <RowResult target={target} id={`${id}-result`} />
      </div>
      <div className={css.more}>
        {row && !target.isGone && (
          <IconButton
            icon={isOpen ? 'up' : 'down'}
            label={t(isOpen ? 'mapping.closeRow' : 'mapping.openRow', { field: target.label })}
            aria-expanded={isOpen}
            aria-controls={`${id}-details`}
            onClick={onToggle}
          />
        )}
        {!isReadOnly && !target.required && (
          <IconButton icon="cross" label={t('mapping.remove', { field: target.label })} onClick={onRemove} />
        )}
      </div>
      {isOpen && row && (
        <div id={`${id}-details`} className={css.details}>
          <RowDetails target={target} row={row} isFresh={isFresh} />
        </div>
      )}
    </li>
  )
}
