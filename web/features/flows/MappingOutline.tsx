import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, Json } from '../../graphql/graphql.ts'
import { asText, isRecord } from '../../graphql/json.ts'
import type { JsonRecord } from '../../graphql/json.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Table } from '../../ui/Table.tsx'
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
  const rows = Object.entries(isRecord(fields) ? fields : {}).flatMap(([name, row]) => {
    if (!isRecord(row) || !isRecord(row['source'])) return []
    return [{ name, label: labels.get(name) ?? name, source: row['source'], when: row['when'] }]
  })

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
              cell: ({ source }) => <Source source={source} />,
            },
            {
              key: 'when',
              header: t('mapping.column.when'),
              cell: ({ when }) => (typeof when === 'string' ? t(`mapping.when.${when}`) : ''),
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

function Source({ source }: { source: JsonRecord }) {
  const { t } = useTranslation()
  const text = (name: string) => asText(source[name] ?? null)
  switch (source['kind']) {
    case 'field':
      return <code>{text('path')}</code>
    case 'fixed':
      return (
        <>
          {text('value')} <span className={css.kind}>{t('mapping.fixed')}</span>
        </>
      )
    case 'lookup':
      return (
        <>
          <code>{text('path')}</code> <span className={css.kind}>{t('mapping.lookup')}</span>
        </>
      )
    case 'formula':
      return <code>{text('expression')}</code>
    default:
      return <code>{textOf(source['parts'])}</code>
  }
}

/** A text with what is read into it in braces. */
function textOf(parts: Json | undefined): string {
  if (!Array.isArray(parts)) return ''
  return parts
    .map((part: Json) => {
      if (typeof part === 'string') return part
      return isRecord(part) ? `{${asText(part['path'] ?? '')}}` : ''
    })
    .join('')
}
