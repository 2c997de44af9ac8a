import { useTranslation } from 'react-i18next'
import { Table } from '../../ui/Table.tsx'
import { useDesk } from './desk.ts'
import css from './EarlierVersions.module.css'
import { isSame } from './mapping-fields.ts'
import type { MappedField, MappingFields } from './mapping-fields.ts'
import { SourceWords } from './SourceWords.tsx'

/** The rows that were different in an earlier state. */
export function VersionDifference({ earlier, now }: { earlier: MappingFields; now: MappingFields }) {
  const { t } = useTranslation()
  const { labelOf } = useDesk()
  const names = [...new Set([...Object.keys(earlier), ...Object.keys(now)])]
  const rows = names
    .filter((name) => !isSame(earlier[name] ?? null, now[name] ?? null))
    .map((name) => ({ name, earlier: earlier[name], now: now[name] }))
  return (
    <Table
      label={t('mapping.versions.difference')}
      rows={rows}
      rowKey={({ name }) => name}
      columns={[
        { key: 'field', header: t('mapping.column.to'), cell: ({ name }) => labelOf(name) },
        {
          key: 'earlier',
          header: t('mapping.versions.then'),
          cell: (row) => <Row name={row.name} row={row.earlier} />,
        },
        {
          key: 'now',
          header: t('mapping.versions.now'),
          cell: (row) => <Row name={row.name} row={row.now} />,
        },
      ]}
    />
  )
}

function Row({ name, row }: { name: string; row: MappedField | undefined }) {
  const { t } = useTranslation()
  const { fieldOf } = useDesk()
  return (
    <span className={css.source}>
      {row ? <SourceWords source={row.source} target={fieldOf(name)} /> : t('mapping.result.none')}
      {row && row.when !== 'always' && <span className={css.who}>{t(`mapping.when.${row.when}`)}</span>}
    </span>
  )
}
