import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ReviewCard, ReviewFields } from '../../features/contacts/ReviewCard.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'

const ReviewsQuery = graphql(
  `
    query Reviews($after: String) {
      identityReviews(first: 10, after: $after, isDecided: false) {
        count
        nextCursor
        items {
          id
          ...ReviewFields
        }
      }
    }
  `,
  [ReviewFields],
)

/** Events that several contacts could be meant by, for somebody to decide. */
export function ReviewsPage() {
  const { t } = useTranslation()
  const { after } = useSearch({ from: '/shell/contacts/reviews' })
  const { data, failure, isLoading, reload } = useData(ReviewsQuery, { after: after ?? null })
  const back = { label: t('contacts.title'), link: { to: '/contacts' } } as const
  const reviews = data?.identityReviews

  return (
    <Stack gap={8}>
      <PageHeader title={t('reviews.title')} about={t('reviews.about')} back={back} />
      {failure && !data && <FetchError what={t('reviews.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={6} />}
      {reviews && reviews.items.length > 0 && (
        <Stack>
          {reviews.items.map((review) => (
            <ReviewCard key={review.id} review={review} onDecided={reload} />
          ))}
          <Pager
            count={reviews.count}
            newest={after !== undefined && { to: '/contacts/reviews', search: {} }}
            older={reviews.nextCursor && { to: '/contacts/reviews', search: { after: reviews.nextCursor } }}
          />
        </Stack>
      )}
      {reviews?.items.length === 0 && (
        <EmptyState kind="first" title={t('reviews.none.title')}>
          {t('reviews.none.why')}
        </EmptyState>
      )}
    </Stack>
  )
}
