import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Json } from '../../graphql/graphql.ts'
import { Button } from '../../ui/Button.tsx'
import type { Segment } from '../mappings/paths.ts'
import css from './PayloadView.module.css'
import { ValueInWords } from './ValueInWords.tsx'

/**
 * What somebody sent, as names and values or just as it was written. Secrets are cut out by the hub. `nameOf` says in
 * words what stands under a path, and values are then put as people put them; without it, all is as the sender had it.
 * `wordsOf` knows what some values are called.
 */
export function PayloadView({
  label,
  payload,
  nameOf,
  wordsOf,
}: {
  label: string
  payload: Json
  nameOf?: (path: readonly Segment[]) => string
  wordsOf?: (path: readonly Segment[], value: Json) => string | undefined
}) {
  const { t } = useTranslation()
  const parsed = typeof payload === 'string' ? parse(payload) : payload
  const rows = rowsOf(parsed, nameOf !== undefined)
  const [isRaw, setIsRaw] = useState(rows.length === 0)
  const raw = typeof parsed === 'string' ? parsed : JSON.stringify(parsed, null, 2)

  return (
    <div className={css.payload} role="group" aria-label={label}>
      <div className={css.head}>
        <span className={css.label}>{label}</span>
        {rows.length > 0 && (
          <Button size="s" kind="quiet" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
            {isRaw ? t('payload.plain') : t('payload.raw')}
          </Button>
        )}
      </div>
      {raw === '' ? (
        <p className={css.nothing}>{t('payload.nothing')}</p>
      ) : isRaw ? (
        // It scrolls, so the keyboard has to be able to reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={css.raw} tabIndex={0} aria-label={label}>
          {raw}
        </pre>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <dl className={css.plain} tabIndex={0}>
          {rows.map(([path, value], at) => (
            <div key={at} className={css.row}>
              <dt>{nameOf ? nameOf(path) : path.join(' › ')}</dt>
              <dd>
                {wordsOf?.(path, value) ??
                  (nameOf ? <ValueInWords name={lastName(path)} value={value} /> : asSent(value))}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}

/** Longer payloads are shown as they were written. */
const ROWS_MAX = 300

function rowsOf(payload: Json, isInWords: boolean): [path: readonly Segment[], value: Plain][] {
  const rows: [readonly Segment[], Plain][] = []
  const visit = (value: Json, path: readonly Segment[]): void => {
    if (rows.length > ROWS_MAX) return
    if (typeof value !== 'object' || value === null) {
      if (path.length > 0) rows.push([path, value])
      return
    }
    if (Array.isArray(value)) {
      // Where there is only one, nobody needs to be told which.
      if (isInWords && value.length === 1) return value.forEach((inner: Json) => visit(inner, path))
      return value.forEach((inner: Json, place) => visit(inner, [...path, place]))
    }
    for (const [name, inner] of Object.entries<Json>(value)) {
      // The same amount in smallest units is for programs.
      if (isInWords && name.endsWith('_minor') && Object.hasOwn(value, name.slice(0, -6))) continue
      visit(inner, [...path, name])
    }
  }
  visit(payload, [])
  return rows.length > ROWS_MAX ? [] : rows
}

type Plain = string | number | boolean | null

/** Of a place in a list: what the list is called. */
function lastName(path: readonly Segment[]): string {
  return path.findLast((segment) => typeof segment === 'string') ?? ''
}

function asSent(value: Plain): string {
  return value === null ? '–' : String(value)
}

function parse(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return text
  }
}
