import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { CreateToken } from '../../features/accounts/CreateToken.tsx'
import { RevokeToken } from '../../features/accounts/RevokeToken.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'

const TokensQuery = graphql(`
  query Tokens {
    tokens {
      id
      name
      role
      permissions
      createdAt
      lastUsedAt
      expiresAt
    }
  }
`)

/** Keys with which programs use the API. */
export function TokensPage() {
  const { t } = useTranslation()
  const isOps = useMay('ops')
  const { data, failure, isLoading, reload } = useData(TokensQuery, {}, !isOps)
  const [isMaking, setIsMaking] = useState(false)
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setIsMaking(true)}>
      {t('tokens.make')}
    </Button>
  )
  return (
    <Section
      title={t('tokens.title')}
      about={t('tokens.about')}
      action={data?.tokens.length !== 0 && <NeedsRole role="ops">{make}</NeedsRole>}
    >
      {failure && !data && <FetchError what={t('tokens.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && isOps && <Skeleton />}
      {data?.tokens.length === 0 && (
        <EmptyState kind="first" title={t('tokens.none.title')} action={make}>
          {t('tokens.none.about')}
        </EmptyState>
      )}
      {data && data.tokens.length > 0 && (
        <Table
          label={t('tokens.title')}
          rows={data.tokens}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'name',
              header: t('tokens.name'),
              wide: true,
              cell: ({ name }) => <strong>{name}</strong>,
            },
            {
              key: 'may',
              header: t('tokens.may'),
              cell: ({ role, permissions }) =>
                permissions
                  ? permissions.map((permission) => t(`permission.${permission}`)).join(', ')
                  : t(`role.${role}`),
            },
            {
              key: 'used',
              header: t('tokens.lastUsed'),
              cell: ({ lastUsedAt }) =>
                lastUsedAt ? <Time at={lastUsedAt} form="ago" /> : t('tokens.neverUsed'),
            },
            {
              key: 'until',
              header: t('tokens.until'),
              cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} form="day" /> : t('tokens.forEver')),
            },
            {
              key: 'revoke',
              header: t('ui.actions'),
              hideHeader: true,
              align: 'end',
              cell: ({ id, name }) => <RevokeToken id={id} name={name} onRevoked={reload} />,
            },
          ]}
        />
      )}
      {isMaking && <CreateToken onMade={reload} onClose={() => setIsMaking(false)} />}
    </Section>
  )
}
