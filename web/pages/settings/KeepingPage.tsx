import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { Form } from '../../features/forms/Form.tsx'
import { useForm } from '../../features/forms/use-form.ts'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Narrow } from '../../ui/Narrow.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { toast } from '../../ui/toast-store.ts'

const RetentionQuery = graphql(`
  query Retention {
    workspace {
      id
      retention {
        bodiesDays
        receiptsDays
        refusedDays
        deliveriesDays
      }
    }
  }
`)

const SetRetention = graphql(
  `
    mutation SetRetention($retention: RetentionInput!) {
      setRetention(retention: $retention) {
        __typename
        ... on Workspace {
          id
          retention {
            bodiesDays
            receiptsDays
            refusedDays
            deliveriesDays
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

type Retention = NonNullable<ResultOf<typeof RetentionQuery>['workspace']>['retention']

const names = ['bodiesDays', 'receiptsDays', 'refusedDays', 'deliveriesDays'] as const

/** How long things are kept. */
export function KeepingPage() {
  const { t } = useTranslation()
  const isOwner = useMay('owner')
  const { data, failure, isLoading, reload } = useData(RetentionQuery, {})
  const retention = data?.workspace?.retention
  return (
    <Section title={t('keeping.title')} about={t('keeping.about')} framed>
      {failure && !data && <FetchError what={t('keeping.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={4} />}
      {retention && isOwner && <RetentionForm retention={retention} />}
      {retention && !isOwner && (
        <Facts
          facts={names.map((name) => [
            t(`keeping.${name}.label`),
            t('keeping.days', { count: retention[name] }),
          ])}
        />
      )}
      <NeedsRole role="owner">{null}</NeedsRole>
    </Section>
  )
}

function RetentionForm({ retention }: { retention: Retention }) {
  const { t } = useTranslation()
  const form = useForm({
    bodiesDays: String(retention.bodiesDays),
    receiptsDays: String(retention.receiptsDays),
    refusedDays: String(retention.refusedDays),
    deliveriesDays: String(retention.deliveriesDays),
  })
  // The hub names them under what they belong to.
  const { send, isBusy, problem } = useChange(
    SetRetention,
    ({ setRetention }) => setRetention,
    (problems) =>
      form.show(problems.map((each) => ({ ...each, path: each.path.replace(/^retention\./, '') }))),
  )

  async function save(): Promise<void> {
    const wrong = names.filter((name) => !/^[1-9]\d{0,3}$/.test(form.values[name].trim()))
    form.show(wrong.map((path) => ({ path, message: t('keeping.wrong') })))
    if (wrong.length > 0) return
    const days = {
      bodiesDays: Number(form.values.bodiesDays),
      receiptsDays: Number(form.values.receiptsDays),
      refusedDays: Number(form.values.refusedDays),
      deliveriesDays: Number(form.values.deliveriesDays),
    }
    if (await send({ retention: days })) toast(t('ui.saved'))
  }

  return (
    <Narrow>
      <Form onSend={save}>
        {names.map((name) => (
          <TextField
            key={name}
            label={t(`keeping.${name}.label`)}
            help={t(`keeping.${name}.help`)}
            inputMode="numeric"
            autoComplete="off"
            required
            {...form.field(name)}
          />
        ))}
        {problem && <Notice tone="bad">{problem}</Notice>}
        <div>
          <Button type="submit" kind="primary" busy={isBusy}>
            {t('ui.save')}
          </Button>
        </div>
      </Form>
    </Narrow>
  )
}
