import { pathWords } from './field-words.ts'
import css from './Pill.module.css'
import { useGroupWords } from './use-group-words.tsx'

/** Something that is read, by its name: whose it is, and what. The path itself is shown on hover. */
export function Pill({ path }: { path: string }) {
  const groupWords = useGroupWords()
  const { group, step, parts } = pathWords(path)
  const { label, picture } = groupWords(group, step)
  return (
    <span className={css.pill} title={path}>
      {picture}
      <span className={css.words}>
        <span className={css.whose}>{label}</span> {parts.join(' › ')}
      </span>
    </span>
  )
}
