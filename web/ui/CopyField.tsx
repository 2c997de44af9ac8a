import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button.tsx'
import css from './CopyField.module.css'

/** Something to carry elsewhere: shown whole, copied by one press, and selected where copying is not allowed. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation()
  const [state, setState] = useState<'idle' | 'copied' | 'selected'>('idle')
  const text = useRef<HTMLElement>(null)

  useEffect(() => {
    if (state === 'idle') return undefined
    const back = setTimeout(() => setState('idle'), 4_000)
    return () => clearTimeout(back)
  }, [state])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value)
      setState('copied')
    } catch {
      // Plain http on a network address has no clipboard; the reader's own copy command works on a selection.
      if (text.current) getSelection()?.selectAllChildren(text.current)
      setState('selected')
    }
  }

  return (
    <div className={css.field} role="group" aria-label={label}>
      <code ref={text} className={css.value}>
        {value}
      </code>
      <Button size="s" icon={state === 'copied' ? 'check' : 'copy'} onClick={() => void copy()}>
        {state === 'copied' ? t('ui.copied') : t('ui.copy')}
      </Button>
      <span role="status" className={css.said}>
        {state === 'copied' && t('ui.copiedWhat', { what: label })}
        {state === 'selected' && t('ui.copyByHand')}
      </span>
    </div>
  )
}
