import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Button } from '../../ui/Button.tsx'
import { Card } from '../../ui/Card.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import { toast } from '../../ui/toast-store.ts'
import { eventWords } from '../events/event-words.ts'
import { ContactName, ContactNameFields, contactWords } from './ContactName.tsx'

export const ReviewFields = graphql(
  `
    fragment ReviewFields on IdentityReview {
      id
      at
      event {
        id
        name
      }
      contacts {
        id
        ...ContactNameFields
      }
      claims {
        type
        value
        owner {
          id
          ...ContactNameFields
        }
      }
    }
  `,
  [ContactNameFields],
)

const Decide = graphql(
  `
    mutation DecideReview($id: ID!, $belongsTo: ID) {
      answer: decideReview(id: $id, belongsTo: $belongsTo) {
        __typename
        ... on IdentityReview {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** An event whose identifiers belong to several contacts: whose they are, and how somebody decides. */
export function ReviewCard({
  review: masked,
  onDecided,
}: {
  review: FragmentOf<typeof ReviewFields>
  onDecided: () => void
}) {
  const { t } = useTranslation()
  const { id, at, event, contacts, claims } = readFragment(ReviewFields, masked)
  const decide = useChange(Decide, ({ answer }) => answer)

  async function send(belongsTo: string | null): Promise<void> {
    if (!(await decide.send({ id, belongsTo }))) return
    toast(t('review.decided'))
    onDecided()
  }

  return (
    <Card label={t('review.title')}>
      <p>
        {event ? (
          <Link to="/events/$eventId" params={{ eventId: event.id }}>
            {eventWords(event.name)}
          </Link>
        ) : (
          t('contact.changed')
        )}{' '}
        · <Time at={at} form="ago" />
      </p>
      <Table
        label={t('review.title')}
        rows={claims}
        rowKey={({ type, value }) => `${type} ${value}`}
        columns={[
          { key: 'value', header: t('contact.column.value'), wide: true, cell: ({ value }) => value },
          { key: 'type', header: t('contact.column.type'), cell: ({ type }) => t(`identity.${type}`) },
          {
            key: 'owner',
            header: t('review.owner'),
            cell: ({ owner }) => (owner ? <ContactName contact={owner} /> : t('review.nobodys')),
          },
        ]}
      />
      <NeedsRole role="marketer">
        <p>{t('review.what')}</p>
        <Stack row gap={2}>
          {contacts.map((contact) => (
            <Button
              key={contact.id}
              size="s"
              icon="person"
              busy={decide.isBusy}
              onClick={() => void send(contact.id)}
            >
              {t('review.belongsTo', { who: contactWords(contact) ?? t('contact.unnamed') })}
            </Button>
          ))}
          <Button size="s" kind="quiet" busy={decide.isBusy} onClick={() => void send(null)}>
            {t('review.apart')}
          </Button>
        </Stack>
      </NeedsRole>
      {decide.problem && <Notice tone="bad">{decide.problem}</Notice>}
    </Card>
  )
}
