import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { EditorFields, EditorBody } from './EditorBody.tsx'

const MappingQuery = graphql(
  `
    query MappingEditor($id: ID!) {
      mapping(id: $id) {
        ...EditorFields
      }
      formulaFunctions {
        name
        usage
        description
        example
      }
    }
  `,
  [EditorFields],
)

/**
 * Which field of the destination gets what, with what a real person would get. `connectionId` is where it is sent;
 * `eventTypes` and `sourceConnectionId` say which events feed it. Left out, the first flow that uses the mapping tells.
 * What is open and who is shown stands in the address: the route of the page takes `mappingPlace` into its search.
 */
export function MappingEditor({
  mappingId,
  connectionId,
  eventTypes,
  sourceConnectionId,
}: {
  mappingId: string
  connectionId?: string
  eventTypes?: readonly string[]
  sourceConnectionId?: string
}) {
  const { t } = useTranslation()
  const { data, failure, isLoading, reload } = useData(MappingQuery, { id: mappingId })
  if (isLoading) return <Skeleton lines={8} />
  if (!data) return failure && <FetchError what={t('mapping.notLoaded')} why={failure} onRetry={reload} />
  if (!data.mapping) {
    return (
      <EmptyState kind="filtered" title={t('mapping.missing.title')}>
        {t('mapping.missing.why')}
      </EmptyState>
    )
  }
  return (
    <EditorBody
      key={mappingId}
      mapping={data.mapping}
      functions={data.formulaFunctions}
      reload={reload}
      connectionId={connectionId}
      eventTypes={eventTypes}
      sourceConnectionId={sourceConnectionId}
    />
  )
}
