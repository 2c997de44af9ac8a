import { Link, useParams } from '@tanstack/react-router'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { ContactName, ContactNameFields, contactWords } from '../../features/contacts/ContactName.tsx'
import { EventOutcome } from '../../features/events/EventOutcome.tsx'
import { EventNameFields, happened } from '../../features/events/event-words.ts'
import { ReviewCard, ReviewFields } from '../../features/contacts/ReviewCard.tsx'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { Difference } from '../../features/payload/Difference.tsx'
import { differences } from '../../features/payload/differences.ts'
import type { FieldDifference } from '../../features/payload/differences.ts'
import { nameInWords } from '../../features/payload/name-in-words.ts'
import { ValueInWords } from '../../features/payload/ValueInWords.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'

const ContactQuery = graphql(
  `
    query Contact($id: ID!) {
      contact(id: $id) {
        id
        email
        phone
        tags
        createdAt
        ...ContactNameFields
        mergedInto {
          id
          ...ContactNameFields
        }
        identities {
          type
          value
          firstSeenAt
          connection {
            name
          }
        }
        fields {
          name
          value
          source
          changedAt
        }
        events(first: 20) {
          items {
            id
            ...EventNameFields
            recordedAt
            deliveryStates
          }
        }
        changes(first: 20) {
          items {
            id
            at
            event {
              id
              ...EventNameFields
            }
            changes {
              field
              old
              new
            }
          }
        }
      }
      identityReviews(first: 10, isDecided: false, contactId: $id) {
        items {
          id
          ...ReviewFields
        }
      }
      connections(first: 200) {
        items {
          id
          name
        }
      }
    }
  `,
  [ContactNameFields, EventNameFields, ReviewFields],
)

type Contact = NonNullable<ResultOf<typeof ContactQuery>['contact']>

/** One person across all tools: names, what is known and from where, and what happened. */
export function ContactPage() {
  const { t } = useTranslation()
  const { contactId } = useParams({ from: '/shell/contacts/$contactId' })
  const { data, failure, isLoading, reload } = useData(ContactQuery, { id: contactId })
  useLiveReload({ concerns: ({ kind }) => kind === 'event' || kind === 'resumed', reload })
  const back = { label: t('contacts.title'), link: { to: '/contacts' } } as const
  const contact = data?.contact

  if (!contact) {
    return (
      <Stack gap={8}>
        <PageHeader title={t('contact.title')} back={back} />
        {isLoading && <Skeleton lines={8} />}
        {failure && <FetchError what={t('contact.notLoaded')} why={failure} onRetry={reload} />}
        {data && !failure && (
          <EmptyState
            kind="filtered"
            title={t('contact.gone.title')}
            action={<ButtonLink to="/contacts">{t('contact.gone.all')}</ButtonLink>}
          >
            {t('contact.gone.why')}
          </EmptyState>
        )}
      </Stack>
    )
  }

  const sources = new Map(data.connections.items.map(({ id, name }) => [id, name]))
  return (
    <Stack gap={8}>
      <PageHeader
        title={contactWords(contact) ?? t('contact.unnamed')}
        back={back}
        about={
          <>
            {t('contact.knownSince')} <Time at={contact.createdAt} form="day" />
            {contact.tags.length > 0 && <> · {contact.tags.join(', ')}</>}
          </>
        }
      />
      {contact.mergedInto && (
        <Notice tone="warn" title={t('contact.merged')}>
          <ContactName contact={contact.mergedInto} />
        </Notice>
      )}
      {data.identityReviews.items.map((review) => (
        <ReviewCard key={review.id} review={review} onDecided={reload} />
      ))}
      <Section title={t('contact.identities')} about={t('contact.identitiesWhat')}>
        <Table
          label={t('contact.identities')}
          rows={contact.identities}
          rowKey={({ type, value }) => `${type} ${value}`}
          columns={[
            { key: 'value', header: t('contact.column.value'), wide: true, cell: ({ value }) => value },
            { key: 'type', header: t('contact.column.type'), cell: ({ type }) => t(`identity.${type}`) },
            {
              key: 'where',
              header: t('contact.column.where'),
              cell: ({ connection }) => connection?.name ?? t('contact.everywhere'),
            },
            {
              key: 'since',
              header: t('contact.column.since'),
              align: 'end',
              cell: ({ firstSeenAt }) => <Time at={firstSeenAt} form="day" />,
            },
          ]}
        />
      </Section>
      <Section title={t('contact.fields')} about={t('contact.fieldsWhat')}>
        {contact.fields.length === 0 ? (
          <p>{t('contact.noFields')}</p>
        ) : (
          <Table
            label={t('contact.fields')}
            rows={contact.fields}
            rowKey={({ name }) => name}
            columns={[
              { key: 'name', header: t('contact.column.field'), cell: ({ name }) => fieldWords(name) },
              {
                key: 'value',
                header: t('contact.column.value'),
                wide: true,
                long: true,
                cell: ({ name, value }) => <ValueInWords name={name} value={value} />,
              },
              {
                key: 'from',
                header: t('contact.column.from'),
                cell: ({ source }) => sources.get(source) ?? t('events.connectionGone'),
              },
              {
                key: 'when',
                header: t('contact.column.changed'),
                align: 'end',
                cell: ({ changedAt }) => <Time at={changedAt} form="ago" />,
              },
            ]}
          />
        )}
      </Section>
      <Happened contact={contact} />
      <Changed contact={contact} />
    </Stack>
  )
}

function Happened({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  return (
    <Section title={t('contact.events')}>
      {contact.events.items.length === 0 ? (
        <p>{t('contact.noEvents')}</p>
      ) : (
        <Table
          label={t('contact.events')}
          rows={contact.events.items}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'what',
              header: t('events.column.what'),
              wide: true,
              cell: ({ id, ...event }) => (
                <Link to="/events/$eventId" params={{ eventId: id }}>
                  {happened(event)}
                </Link>
              ),
            },
            {
              key: 'outcome',
              header: t('events.column.outcome'),
              cell: ({ deliveryStates }) => <EventOutcome states={deliveryStates} />,
            },
            {
              key: 'when',
              header: t('events.column.when'),
              align: 'end',
              cell: ({ recordedAt }) => <Time at={recordedAt} form="ago" />,
            },
          ]}
        />
      )}
    </Section>
  )
}

function Changed({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  return (
    <Section title={t('contact.changes')}>
      {contact.changes.items.length === 0 ? (
        <p>{t('contact.noChanges')}</p>
      ) : (
        contact.changes.items.map(({ id, at, event, changes }) => (
          <Difference
            key={id}
            label={event ? t('contact.changedBy', { event: happened(event) }) : t('contact.changed')}
            at={at}
            changes={changes.flatMap(changedValues)}
          />
        ))
      )}
    </Section>
  )
}

/** What was inside of something is told by itself: of an address, only the street that became another one. */
function changedValues({ field, ...values }: FieldDifference): FieldDifference[] {
  return differences(values.old, values.new).map(({ field: inner, ...change }) => ({
    ...change,
    field: fieldWords(inner === '' ? field : `${field}.${inner}`),
  }))
}

/** By what they came to be known, anything else by its own name. */
function fieldWords(field: string): string {
  const kind = /^identity\.(.+)$/.exec(field)?.[1]
  return kind
    ? i18next.t('contact.knownBy', { kind: wordOf('identity', kind) })
    : nameInWords(field.split('.'))
}
