import css from './Progress.module.css'

/** How far something is, as a bar and in words. */
export function Progress({ label, value, max }: { label: string; value: number; max: number }) {
  return (
    <div className={css.progress}>
      <progress aria-label={label} value={value} max={Math.max(1, max)} />
      <span role="status">{label}</span>
    </div>
  )
}
