import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MappingEditor } from '../../features/mappings/MappingEditor.tsx'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Stack } from '../../ui/Stack.tsx'

const MappingQuery = graphql(`
  query MappingPage($id: ID!) {
    mapping(id: $id) {
      id
      name
      connector {
        name
        logo
      }
      action {
        name
        description
      }
      usedBy {
        id
        name
      }
    }
  }
`)

/** One mapping by itself, and the flows that use it. */
export function MappingPage() {
  const { t } = useTranslation()
  const { mappingId } = useParams({ from: '/shell/mappings/$mappingId' })
  const { data } = useData(MappingQuery, { id: mappingId })
  const mapping = data?.mapping
  const flow = mapping?.usedBy[0]

  return (
    <Stack gap={8}>
      <PageHeader
        title={mapping?.name ?? t('mapping.title')}
        {...(mapping?.action ? { about: mapping.action.description } : {})}
        back={
          flow
            ? { label: flow.name, link: { to: '/flows/$flowId', params: { flowId: flow.id } } }
            : { label: t('flows.title'), link: { to: '/flows' } }
        }
        {...(mapping?.connector ? { picture: <VendorLogo svg={mapping.connector.logo} size="l" /> } : {})}
      />
      {mapping && mapping.usedBy.length > 1 && (
        <p>
          {t('mapping.usedBy')}{' '}
          {mapping.usedBy.map(({ id, name }, at) => (
            <span key={id}>
              {at > 0 && ', '}
              <Link to="/flows/$flowId" params={{ flowId: id }}>
                {name}
              </Link>
            </span>
          ))}
        </p>
      )}
      <MappingEditor mappingId={mappingId} />
    </Stack>
  )
}
