import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { ContactName, ContactNameFields } from '../../features/contacts/ContactName.tsx'
import { FindPerson } from '../../features/contacts/FindPerson.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { shortened } from '../../ui/shortened.ts'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'

const ContactsQuery = graphql(
  `
    query Contacts($after: String) {
      contacts(first: 50, after: $after) {
        count
        nextCursor
        items {
          id
          email
          phone
          tags
          updatedAt
          identities {
            value
          }
          ...ContactNameFields
        }
      }
    }
  `,
  [ContactNameFields],
)
const FindQuery = graphql(
  `
    query FindContact($email: String, $phone: String) {
      findContact(email: $email, phone: $phone) {
        id
        email
        phone
        tags
        updatedAt
        identities {
          value
        }
        ...ContactNameFields
      }
    }
  `,
  [ContactNameFields],
)

type Row = ResultOf<typeof ContactsQuery>['contacts']['items'][number]

/** The people behind the events, across all tools. */
export function ContactsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { after, person } = useSearch({ from: '/shell/contacts' })
  const isEmail = person?.includes('@') === true
  const found = useData(
    FindQuery,
    isEmail ? { email: person, phone: null } : { email: null, phone: person ?? null },
    person === undefined,
  )
  const list = useData(ContactsQuery, { after: after ?? null }, person !== undefined)
  const shown = person === undefined ? list : found
  const rows =
    person === undefined
      ? list.data?.contacts.items
      : found.data && (found.data.findContact ? [found.data.findContact] : [])

  // Before the first contact there is nobody to look for.
  const isFirst = person === undefined && after === undefined && rows?.length === 0

  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      header: t('contacts.column.name'),
      wide: true,
      cell: (contact) => <ContactName contact={contact} />,
    },
    {
      key: 'address',
      header: t('contacts.column.address'),
      long: true,
      // Two of the same name without an address are told apart by what a tool calls them.
      cell: ({ email, phone, identities }) => email ?? phone ?? identities[0]?.value,
    },
    {
      key: 'tags',
      header: t('contacts.column.tags'),
      long: true,
      cell: ({ tags }) => (tags.length > 0 ? shortened(tags.join(', '), 120) : null),
    },
    {
      key: 'changed',
      header: t('contacts.column.changed'),
      align: 'end',
      cell: ({ updatedAt }) => <Time at={updatedAt} form="ago" />,
    },
  ]
  return (
    <Stack gap={8}>
      <PageHeader title={t('contacts.title')} about={t('contacts.about')} />
      <Stack>
        {!isFirst && (
          <NeedsRole role="marketer" quietly>
            <FilterBar label={t('contacts.filter')}>
              <FindPerson
                label={t('contacts.find')}
                person={person}
                onFind={(address) =>
                  void navigate({ to: '/contacts', search: address ? { person: address } : {} })
                }
              />
            </FilterBar>
          </NeedsRole>
        )}
        {shown.failure && !shown.data && (
          <FetchError what={t('contacts.notLoaded')} why={shown.failure} onRetry={shown.reload} />
        )}
        {shown.isLoading && <Skeleton lines={8} />}
        {rows && rows.length > 0 && (
          <Table label={t('contacts.title')} rows={rows} columns={columns} rowKey={({ id }) => id} />
        )}
        {person === undefined && list.data && list.data.contacts.items.length > 0 && (
          <Pager
            count={list.data.contacts.count}
            newest={after !== undefined && { to: '/contacts', search: {} }}
            older={
              list.data.contacts.nextCursor && {
                to: '/contacts',
                search: { after: list.data.contacts.nextCursor },
              }
            }
          />
        )}
        {rows?.length === 0 &&
          (person === undefined ? (
            <EmptyState
              kind="first"
              title={t('contacts.none.title')}
              action={
                <ButtonLink to="/connections" kind="primary" icon="plug">
                  {t('events.none.do')}
                </ButtonLink>
              }
            >
              {t('contacts.none.why')}
            </EmptyState>
          ) : (
            <EmptyState
              kind="filtered"
              title={t('events.noSuchPerson')}
              action={
                <ButtonLink to="/contacts" search={{}}>
                  {t('contacts.showAll')}
                </ButtonLink>
              }
            />
          ))}
      </Stack>
    </Stack>
  )
}
