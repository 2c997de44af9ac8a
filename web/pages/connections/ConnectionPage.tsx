import { Link, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { ChangeCredentials } from '../../features/connections/ChangeCredentials.tsx'
import { CheckConnection } from '../../features/connections/CheckConnection.tsx'
import { ConnectionMenu } from '../../features/connections/ConnectionMenu.tsx'
import { ConnectionStatus, ConnectionStatusFields } from '../../features/connections/ConnectionStatus.tsx'
import { CredentialField } from '../../features/connections/credentials.ts'
import { HookListener } from '../../features/connections/HookListener.tsx'
import { LastReceipts } from '../../features/connections/LastReceipts.tsx'
import { PollFields, Polls } from '../../features/connections/Polls.tsx'
import { RegistrationFields, Registrations } from '../../features/connections/Registrations.tsx'
import { SetupGuide } from '../../features/connections/SetupGuide.tsx'
import { SignInAtVendor, SignInFields } from '../../features/connections/SignInAtVendor.tsx'
import { usePause } from '../../features/connections/use-pause.ts'
import { ReceiptOutcomeFields } from '../../features/receipts/receipt-meaning.ts'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { reasonWords } from '../../features/reason-words.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button, ButtonLink } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Links } from '../../ui/Links.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Split } from '../../ui/Split.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Time } from '../../ui/Time.tsx'

const ConnectionQuery = graphql(
  `
    query Connection($id: ID!, $isOps: Boolean!) {
      connection(id: $id) {
        id
        name
        connectorId
        state
        pausedBecause {
          code
          data
        }
        health {
          isOpen
          since
          probeAt
          reason {
            code
            data
          }
        }
        hookUrl @include(if: $isOps)
        settings @include(if: $isOps)
        secretsSet
        apiUrl
        formerHookUrlUntil
        formerSecretsUntil
        createdAt
        lastReceipts {
          id
          ...ReceiptOutcomeFields
        }
        usedBy {
          id
          name
        }
        registrations {
          id
          state
          ...RegistrationFields
        }
        polls {
          id
          ...PollFields
        }
        connector {
          id
          name
          logo
          setup
          canCheck
          inbound {
            id
          }
          credentials {
            ...CredentialField
          }
        }
        ...ConnectionStatusFields
        ...SignInFields
      }
    }
  `,
  [
    ConnectionStatusFields,
    CredentialField,
    PollFields,
    ReceiptOutcomeFields,
    RegistrationFields,
    SignInFields,
  ],
)

type Connection = NonNullable<ResultOf<typeof ConnectionQuery>['connection']>

/** One account at a vendor: what it sends, what may be done there, and whether both work. */
export function ConnectionPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/shell/connections/$id' })
  const isOps = useMay('ops')
  const { data, failure, isLoading, reload } = useData(ConnectionQuery, { id, isOps })
  const back = { label: t('connections.title'), link: { to: '/connections' } } as const

  if (!data?.connection) {
    return (
      <Stack gap={8}>
        <PageHeader title={t('connection.title')} back={back} />
        {failure && !data && <FetchError what={t('connection.notLoaded')} why={failure} onRetry={reload} />}
        {isLoading && <Skeleton lines={6} />}
        {data && (
          <EmptyState
            kind="filtered"
            title={t('connection.gone')}
            action={<ButtonLink to="/connections">{t('connection.all')}</ButtonLink>}
          >
            {t('connection.goneWhy')}
          </EmptyState>
        )}
      </Stack>
    )
  }
  const { connection } = data
  const vendor = connection.connector?.name ?? connection.connectorId
  return (
    <Stack gap={8}>
      <PageHeader
        title={connection.name}
        about={vendor === connection.name ? undefined : vendor}
        picture={<VendorLogo svg={connection.connector?.logo} size="l" />}
        status={<ConnectionStatus connection={connection} />}
        back={back}
        actions={<ConnectionMenu connection={connection} vendor={vendor} onChanged={reload} />}
      />
      <Split
        main={<Parts connection={connection} vendor={vendor} reload={reload} />}
        side={
          connection.connector?.setup && <SetupGuide vendor={vendor} setup={connection.connector.setup} />
        }
        sideLabel={t('connection.guide.title', { vendor })}
      />
    </Stack>
  )
}

interface PartProps {
  connection: Connection
  vendor: string
  reload: () => void
}

function Parts(props: PartProps) {
  const { t } = useTranslation()
  const { connection } = props
  return (
    <>
      <GoOn />
      <Troubles {...props} />
      <Receiving {...props} />
      <Access {...props} />
      <Section
        title={t('connection.flows.title')}
        action={
          connection.usedBy.length > 0 && (
            <Link to="/deliveries" search={{ connection: connection.id }}>
              {t('connection.sent')}
            </Link>
          )
        }
      >
        {connection.usedBy.length > 0 ? (
          <Links>
            {connection.usedBy.map(({ id, name }) => (
              <Link key={id} to="/flows/$flowId" params={{ flowId: id }}>
                {name}
              </Link>
            ))}
          </Links>
        ) : (
          <p>{t('connection.flows.none')}</p>
        )}
      </Section>
      {connection.lastReceipts.length > 0 && (
        <Section title={t('lastReceipts.title')}>
          <LastReceipts receipts={connection.lastReceipts} />
        </Section>
      )}
    </>
  )
}

/** The way back to what the tool was connected for. */
function GoOn() {
  const { t } = useTranslation()
  const { history } = useRouter()
  const { to } = useSearch({ from: '/shell/connections/$id' })
  if (to === undefined) return null
  return (
    <Notice
      tone="good"
      title={t('connection.goOn.title')}
      action={
        <Button kind="primary" onClick={() => history.push(to)}>
          {t('connection.goOn.do')}
        </Button>
      }
    >
      {t('connection.goOn.why')}
    </Notice>
  )
}

/** What keeps deliveries from getting through, first of all. */
function Troubles({
  connection: { id, state, pausedBecause, health, connector },
  vendor,
  reload,
}: PartProps) {
  const { t } = useTranslation()
  const { resume, isBusy, problem } = usePause(id)
  return (
    <>
      {!connector && (
        <Notice tone="bad" title={t('connection.noConnector.title')}>
          {t('connection.noConnector.why')}
        </Notice>
      )}
      {state === 'paused' && (
        <Notice
          title={t('connection.paused.title')}
          action={
            <NeedsRole role="ops">
              <Button size="s" icon="play" busy={isBusy} onClick={() => void resume().then(reload)}>
                {t('connection.resume')}
              </Button>
            </NeedsRole>
          }
        >
          {pausedBecause && <p>{reasonWords(pausedBecause)}</p>}
          <p>{t('connection.paused.why')}</p>
          {problem && <p>{problem}</p>}
        </Notice>
      )}
      {health.isOpen && (
        <Notice tone="bad" title={t('connection.broken.title', { vendor })}>
          {health.reason && <p>{reasonWords(health.reason)}</p>}
          <p>
            {t('connection.broken.next')} {health.probeAt && <Time at={health.probeAt} />}
          </p>
        </Notice>
      )}
    </>
  )
}

function Receiving({ connection, vendor, reload }: PartProps) {
  const { t } = useTranslation()
  const { id, connector, hookUrl, formerHookUrlUntil, registrations, polls, lastReceipts } = connection
  if (!connector || (connector.inbound.length === 0 && polls.length === 0)) return null
  // Where the hub has not set it up, a person does it by hand, with the address.
  const isRegistered = registrations.some(({ state }) => state !== 'none' && state !== 'removed')
  const address = hookUrl && <CopyField label={t('connection.hookUrl')} value={hookUrl} />
  return (
    <Section
      title={t('connection.receiving.title')}
      about={t(isRegistered ? 'connection.receiving.registered' : 'connection.receiving.about', { vendor })}
    >
      {registrations.length > 0 && (
        <Registrations connectionId={id} vendor={vendor} registrations={registrations} reload={reload} />
      )}
      {connector.inbound.length > 0 && (
        <NeedsRole role="ops">
          {isRegistered ? <Disclosure label={t('connection.hookUrl')}>{() => address}</Disclosure> : address}
        </NeedsRole>
      )}
      {formerHookUrlUntil && (
        <Notice tone="warn">
          {t('connection.newAddress.former')} <Time at={formerHookUrlUntil} />
        </Notice>
      )}
      {polls.length > 0 && <Polls polls={polls} reload={reload} />}
      <HookListener connectionId={id} vendor={vendor} newest={lastReceipts[0]} onNews={reload} />
    </Section>
  )
}

function Access({ connection, vendor, reload }: PartProps) {
  const { t } = useTranslation()
  const [isChanging, setIsChanging] = useState(false)
  const { connector, secretsSet, formerSecretsUntil, settings, id } = connection
  if (!connector) return null
  const fields = connector.credentials.map((field) => readFragment(CredentialField, field))
  const kept = fields.filter(({ name }) => secretsSet.includes(name)).map(({ label }) => label)
  return (
    <Section
      title={t('connection.access.title')}
      action={
        <NeedsRole role="ops" quietly>
          <Button size="s" icon="edit" onClick={() => setIsChanging(true)}>
            {t('connection.credentials.change')}
          </Button>
        </NeedsRole>
      }
    >
      <Facts
        facts={[
          [
            t('connection.credentials.kept'),
            kept.length > 0 ? kept.join(', ') : t('connection.credentials.none'),
          ],
          ...(connection.apiUrl
            ? [[t('connection.apiUrl'), <code key="url">{connection.apiUrl}</code>] as const]
            : []),
          [t('connection.since'), <Time key="since" at={connection.createdAt} form="day" />],
        ]}
      />
      {formerSecretsUntil && (
        <Notice>
          {t('connection.credentials.former')} <Time at={formerSecretsUntil} />
        </Notice>
      )}
      <SignInAtVendor connection={connection} vendor={vendor} onSignedIn={reload} />
      {connector.canCheck && (
        <NeedsRole role="ops">
          <CheckConnection id={id} vendor={vendor} onChecked={reload} />
        </NeedsRole>
      )}
      {isChanging && (
        <ChangeCredentials
          id={id}
          fields={fields}
          settings={settings ?? null}
          secretsSet={secretsSet}
          onClose={() => setIsChanging(false)}
          onChanged={reload}
        />
      )}
    </Section>
  )
}
