import { useTranslation } from 'react-i18next'
import type { Json } from '../../graphql/graphql.ts'
import { Table } from '../../ui/Table.tsx'
import type { ChoiceField } from '../mappings/choice-words.ts'
import { readFields } from '../mappings/mapping-fields.ts'
import { SourceWords } from '../mappings/SourceWords.tsx'
import css from './MappingTable.module.css'

/** Which field of the destination gets what, to be read. */
export function MappingTable({
  fields,
  asks,
  input,
}: {
  /** As the API gives them. */
  fields: Json
  /** What a person fills in. */
  asks: readonly string[]
  /** The fields of the action's form. */
  input: readonly (ChoiceField & { name: string; label: string })[]
}) {
  const { t } = useTranslation()
  const labels = new Map(input.map(({ name, label }) => [name, label]))
  // `values.Order` is the entry “Order” of the field `values`.
  const labelOf = (name: string) => {
    const [field = '', ...entry] = name.split('.')
    return labels.get(name) ?? [labels.get(field) ?? field, ...entry].join(' › ')
  }
  return (
    <Table
      label={t('mapping.label')}
      rows={[
        ...asks.map((name) => ({ name, row: undefined })),
        ...Object.entries(readFields(fields)).map(([name, row]) => ({ name, row })),
      ]}
      rowKey={({ name }) => name}
      columns={[
        { key: 'to', header: t('mapping.column.to'), cell: ({ name }) => labelOf(name) },
        {
          key: 'from',
          header: t('mapping.column.from'),
          wide: true,
          cell: ({ name, row }) => (
            <span className={css.source}>
              {row ? (
                <SourceWords source={row.source} target={input.find((field) => field.name === name)} />
              ) : (
                t('recipe.asked')
              )}
            </span>
          ),
        },
        {
          key: 'when',
          header: t('mapping.column.when'),
          cell: ({ row }) => t(`mapping.when.${row?.when ?? 'always'}`),
        },
      ]}
    />
  )
}
