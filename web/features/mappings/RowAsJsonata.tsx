import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { useKept } from '../../graphql/use-kept.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { PayloadView } from '../payload/PayloadView.tsx'
import { useDesk } from './desk.ts'
import type { MappedField } from './mapping-fields.ts'

const JsonataQuery = graphql(`
  query RowJsonata($connectorId: String!, $actionId: String!, $fields: JSON!) {
    previewMapping(connectorId: $connectorId, actionId: $actionId, fields: $fields) {
      ... on MappingPreview {
        jsonata
      }
      ... on HubError {
        message
      }
    }
  }
`)

/** One row in the words of a programmer, for reading. */
export function RowAsJsonata({ name, row }: { name: string; row: MappedField }) {
  const { t } = useTranslation()
  const { isReadOnly } = useDesk()
  if (isReadOnly) return null
  return <Disclosure label={t('mapping.asJsonata')}>{() => <Jsonata name={name} row={row} />}</Disclosure>
}

function Jsonata({ name, row }: { name: string; row: MappedField }) {
  const { t } = useTranslation()
  const { connectorId, actionId } = useDesk()
  const { data, failure, reload } = useData(JsonataQuery, { connectorId, actionId, fields: { [name]: row } })
  const answer = useKept(data)?.previewMapping
  if (!answer) {
    return failure ? (
      <FetchError what={t('mapping.jsonataNotLoaded')} why={failure} onRetry={reload} />
    ) : (
      <Skeleton lines={2} />
    )
  }
  return (
    <PayloadView
      label={t('mapping.jsonata')}
      payload={'jsonata' in answer ? answer.jsonata : 'message' in answer ? answer.message : ''}
    />
  )
}
