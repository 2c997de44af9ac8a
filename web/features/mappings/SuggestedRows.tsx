import { useTranslation } from 'react-i18next'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { useDesk } from './desk.ts'
import type { MappingFields } from './mapping-fields.ts'
import type { TargetFields } from './targets.ts'
import { openTargets, targetRows } from './targets.ts'

/** A mapping with more rows is as somebody wants it. */
const BEGUN_MAX = 2

/** Offers to fill at once what is empty and can be guessed, while the mapping has hardly begun. */
export function SuggestedRows({
  form,
  onTake,
}: {
  form: readonly FragmentOf<typeof TargetFields>[]
  onTake: (rows: MappingFields) => void
}) {
  const { t } = useTranslation()
  const { fields, suggested } = useDesk()
  const empty = [...targetRows(form, fields, []), ...openTargets(form, fields, [])].filter(
    ({ name }) => !fields[name],
  )
  const offered = empty.flatMap(({ name, label }) => {
    const row = suggested[name]
    return row ? [{ name, label, row }] : []
  })
  if (offered.length === 0 || Object.keys(fields).length > BEGUN_MAX) return null
  return (
    <Notice
      title={t('mapping.suggest.title', { count: offered.length })}
      action={
        <Button
          size="s"
          onClick={() => onTake(Object.fromEntries(offered.map(({ name, row }) => [name, row])))}
        >
          {t('mapping.suggest.do')}
        </Button>
      }
    >
      {offered.map(({ label }) => label).join(', ')}
    </Notice>
  )
}
