import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Table } from '../../ui/Table.tsx'
import { readFields } from '../mappings/mapping-fields.ts'
import { SourceWords } from '../mappings/SourceWords.tsx'
import { PayloadView } from '../payload/PayloadView.tsx'
import css from './MappingOutline.module.css'

export const MappingOutlineFields = graphql(`
  fragment MappingOutlineFields on Mapping {
    fields
    jsonata
    gaps {
      field
      label
    }
    action {
      input {
        name
        label
      }
    }
  }
`)

/** Which field of the destination gets what, in the order of the destination's own form. */
export function MappingOutline({ mapping: masked }: { mapping: FragmentOf<typeof MappingOutlineFields> }) {
  const { t } = useTranslation()
  const { fields, jsonata, gaps, action } = readFragment(MappingOutlineFields, masked)
  const labels = new Map((action?.input ?? []).map(({ name, label }) => [name, label]))
  const rows = Object.entries(readFields(fields)).map(([name, row]) => ({
    name,
    label: labels.get(name) ?? name,
    ...row,
  }))

  return (
    <>
      {gaps.length > 0 && (
        <p className={css.gaps}>{t('mapping.gaps', { fields: gaps.map(({ label }) => label).join(', ') })}</p>
      )}
      {rows.length > 0 && (
        <Table
          label={t('mapping.label')}
          rows={rows}
          rowKey={({ name }) => name}
          columns={[
            { key: 'to', header: t('mapping.column.to'), cell: ({ label }) => label },
            {
              key: 'from',
              header: t('mapping.column.from'),
              wide: true,
              cell: ({ source }) => <SourceWords source={source} />,
            },
            {
              key: 'when',
              header: t('mapping.column.when'),
              cell: ({ when }) => t(`mapping.when.${when}`),
            },
          ]}
        />
      )}
      <Disclosure label={t('mapping.asJsonata')}>
        {() => <PayloadView label={t('mapping.jsonata')} payload={jsonata} />}
      </Disclosure>
    </>
  )
}
