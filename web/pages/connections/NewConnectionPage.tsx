import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { LinkCard } from '../../ui/LinkCard.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import css from './NewConnectionPage.module.css'

const ConnectorsQuery = graphql(`
  query Connectors {
    connectors {
      id
      name
      description
      logo
    }
  }
`)

/** The vendors this hub knows: the first step of a connection. */
export function NewConnectionPage() {
  const { t } = useTranslation()
  const { q = '', ...goOn } = useSearch({ from: '/shell/connections/new' })
  const navigate = useNavigate({ from: '/connections/new' })
  const { data, failure, isLoading, reload } = useData(ConnectorsQuery, {})
  const search = (words: string) =>
    void navigate({ search: { ...goOn, ...(words ? { q: words } : {}) }, replace: true })
  const found = data?.connectors.filter(({ name, description }) => holds(`${name} ${description}`, q)) ?? []

  return (
    <Stack gap={8}>
      <PageHeader
        title={t('newConnection.title')}
        about={t('newConnection.about')}
        back={{ label: t('connections.title'), link: { to: '/connections' } }}
      />
      <NeedsRole role="ops">
        <Stack>
          <SearchField label={t('newConnection.search')} value={q} onChange={search} />
          {failure && !data && (
            <FetchError what={t('newConnection.notLoaded')} why={failure} onRetry={reload} />
          )}
          {isLoading && <Skeleton lines={6} />}
          {data && found.length === 0 && (
            <EmptyState
              kind="filtered"
              title={t('newConnection.none', { words: q })}
              action={<Button onClick={() => search('')}>{t('newConnection.all')}</Button>}
            >
              {t('newConnection.anyTool')}
            </EmptyState>
          )}
          <ul className={css.vendors}>
            {found.map(({ id, name, description, logo }) => (
              <li key={id}>
                <LinkCard to="/connections/new/$vendor" params={{ vendor: id }} search={goOn}>
                  <span className={css.vendor}>
                    <VendorLogo svg={logo} size="l" />
                    <span className={css.words}>
                      <strong>{name}</strong>
                      <span className={css.about}>{description}</span>
                    </span>
                  </span>
                </LinkCard>
              </li>
            ))}
          </ul>
        </Stack>
      </NeedsRole>
    </Stack>
  )
}

/** Whether each of the words is in the text, wherever and in whatever case. */
function holds(text: string, words: string): boolean {
  const lower = text.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}
