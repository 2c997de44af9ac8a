import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { CredentialFields } from '../../features/connections/CredentialFields.tsx'
import { CredentialField, initialValues, toCredentials } from '../../features/connections/credentials.ts'
import { SetupGuide } from '../../features/connections/SetupGuide.tsx'
import { useHookAddress } from '../../features/connections/use-hook-address.ts'
import { Form } from '../../features/forms/Form.tsx'
import { useForm } from '../../features/forms/use-form.ts'
import type { FieldProblem } from '../../features/forms/use-form.ts'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button, ButtonLink } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { LeaveGuard } from '../../ui/LeaveGuard.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Split } from '../../ui/Split.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { TextField } from '../../ui/TextField.tsx'

const VendorQuery = graphql(
  `
    query Vendor($id: ID!) {
      connector(id: $id) {
        id
        name
        description
        logo
        setup
        canRegister
        signInRedirectUri
        inbound {
          id
        }
        credentials {
          ...CredentialField
        }
      }
    }
  `,
  [CredentialField],
)

const CreateConnection = graphql(
  `
    mutation CreateConnection(
      $connectorId: String!
      $name: String!
      $credentials: JSON!
      $apiUrl: String
      $hookTicket: String
    ) {
      createConnection(
        connectorId: $connectorId
        name: $name
        credentials: $credentials
        apiUrl: $apiUrl
        hookTicket: $hookTicket
      ) {
        __typename
        ... on Connection {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

type Vendor = NonNullable<ResultOf<typeof VendorQuery>['connector']>

/** The form of one vendor beside its guide. */
export function NewConnectionOfVendorPage() {
  const { t } = useTranslation()
  const { vendor: id } = useParams({ from: '/shell/connections/new/$vendor' })
  const { data, failure, isLoading, reload } = useData(VendorQuery, { id })
  const vendor = data?.connector
  const back = { label: t('newConnection.title'), link: { to: '/connections/new' } } as const

  if (!vendor) {
    return (
      <Stack gap={8}>
        <PageHeader title={t('newConnection.title')} back={back} />
        {failure && !data && (
          <FetchError what={t('newConnection.notLoaded')} why={failure} onRetry={reload} />
        )}
        {isLoading && <Skeleton lines={6} />}
        {data && (
          <EmptyState
            kind="filtered"
            title={t('newConnection.unknown', { id })}
            action={<ButtonLink to="/connections/new">{t('newConnection.all')}</ButtonLink>}
          >
            {t('newConnection.unknownWhy')}
          </EmptyState>
        )}
      </Stack>
    )
  }
  return (
    <Stack gap={8}>
      <PageHeader
        title={t('newConnection.of', { vendor: vendor.name })}
        about={vendor.description}
        picture={<VendorLogo svg={vendor.logo} size="l" />}
        back={back}
      />
      <Split
        main={
          <NeedsRole role="ops">
            <NewConnectionForm key={vendor.id} vendor={vendor} />
          </NeedsRole>
        }
        side={vendor.setup && <SetupGuide vendor={vendor.name} setup={vendor.setup} />}
        sideLabel={t('connection.guide.title', { vendor: vendor.name })}
      />
    </Stack>
  )
}

function NewConnectionForm({ vendor }: { vendor: Vendor }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const goOn = useSearch({ from: '/shell/connections/new/$vendor' })
  const fields = vendor.credentials.map((field) => readFragment(CredentialField, field))
  const takesHooks = vendor.inbound.length > 0
  const { address, failure, renew, used } = useHookAddress(vendor.id, !takesHooks)
  const initial: Record<string, string> = {
    [ownName]: vendor.name,
    [ownApiUrl]: '',
    ...initialValues(fields),
  }
  const form = useForm(initial)
  const isTyped = Object.entries(form.values).some(([field, value]) => value !== initial[field])
  const { send, isBusy, problem } = useChange(
    CreateConnection,
    ({ createConnection }) => createConnection,
    (problems) => {
      if (problems.some(({ path }) => path === 'hookTicket')) renew()
      return form.show(problems.map(placed))
    },
  )

  async function create(): Promise<void> {
    const made = await send({
      connectorId: vendor.id,
      name: form.values[ownName] ?? '',
      credentials: toCredentials(fields, form.values),
      apiUrl: form.values[ownApiUrl] || null,
      hookTicket: address?.ticket ?? null,
    })
    if (!made) return
    used()
    // In the place of the form: going back leads to the tools, and not to a second connection.
    await navigate({
      to: '/connections/$id',
      params: { id: made.id },
      search: goOn,
      replace: true,
      ignoreBlocker: true,
    })
  }

  return (
    <Stack gap={8}>
      {takesHooks && (
        <Section
          title={t('newConnection.address.title')}
          about={t(vendor.canRegister ? 'newConnection.address.byHand' : 'newConnection.address.about', {
            vendor: vendor.name,
          })}
        >
          {address && <CopyField label={t('connection.hookUrl')} value={address.hookUrl} />}
          {failure && (
            <FetchError what={t('newConnection.address.notLoaded')} why={failure} onRetry={renew} />
          )}
        </Section>
      )}
      {vendor.signInRedirectUri && (
        <Section
          title={t('newConnection.redirect.title')}
          about={t('newConnection.redirect.about', { vendor: vendor.name })}
        >
          <CopyField label={t('newConnection.redirect.title')} value={vendor.signInRedirectUri} />
        </Section>
      )}
      <Section title={t('newConnection.form.title')} framed>
        <Form onSend={create}>
          <TextField
            label={t('connection.name')}
            help={t('connection.nameHelp')}
            required
            autoComplete="off"
            {...form.field(ownName)}
          />
          <CredentialFields fields={fields} form={form} />
          <Disclosure
            label={t('connection.form.elsewhere')}
            opened={form.field(ownApiUrl).problem !== undefined}
          >
            {() => (
              <TextField
                label={t('connection.apiUrl')}
                help={t('connection.apiUrlHelp')}
                code
                autoComplete="off"
                {...form.field(ownApiUrl)}
              />
            )}
          </Disclosure>
          {problem && <Notice tone="bad">{problem}</Notice>}
          <Button type="submit" kind="primary" busy={isBusy}>
            {t('newConnection.do')}
          </Button>
        </Form>
      </Section>
      <LeaveGuard
        isAtStake={isTyped}
        title={t('newConnection.leave.title', { vendor: vendor.name })}
        leave={t('newConnection.leave.do')}
      >
        {t(takesHooks ? 'newConnection.leave.whyHooks' : 'newConnection.leave.why')}
      </LeaveGuard>
    </Stack>
  )
}

/** Our own fields have names that no vendor's field can have. */
const ownName = '#name'
const ownApiUrl = '#apiUrl'

/** The hub names fields of the vendor's form as `credentials.<field>`, and ours by themselves. */
function placed({ path, message }: FieldProblem): FieldProblem {
  const vendors = /^credentials\.(.+)$/.exec(path)?.[1]
  return { path: vendors ?? `#${path}`, message }
}
