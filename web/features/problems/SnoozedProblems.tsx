import { Link } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Anchor } from '../../ui/Anchor.tsx'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import { toast } from '../../ui/toast-store.ts'
import { ProblemFields } from './problem-fields.ts'
import type { Problem } from './problem-fields.ts'
import { problemTitle } from './problem-title.ts'

const Wake = graphql(
  `
    mutation WakeProblem($id: ID!) {
      answer: wakeProblem(id: $id) {
        __typename
        ... on Problem {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** A timer that is set for longer than this goes off at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** What somebody put out of the way for a while, what comes back first at the top. Nothing where there is none. */
export function SnoozedProblems({
  problems: masked,
  onChanged,
  onWoken,
}: {
  problems: readonly FragmentOf<typeof ProblemFields>[]
  /** The time of one is over. */
  onChanged: () => void
  onWoken: () => void
}) {
  const { t } = useTranslation()
  const problems = masked.map((each) => readFragment(ProblemFields, each))
  useAlarm(problems[0]?.snooze?.until, onChanged)
  if (problems.length === 0) return null
  return (
    <Anchor id="snoozed">
      <Section title={t('snooze.title')} about={t('snooze.about')}>
        <Table
          label={t('snooze.title')}
          rows={problems}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'what',
              header: t('snooze.what'),
              wide: true,
              cell: (problem) => <What problem={problem} />,
            },
            {
              key: 'people',
              header: t('snooze.people'),
              cell: ({ people, snooze }) => (
                <span>
                  {t('snooze.peopleNow', { count: people })}
                  {snooze && snooze.morePeople > 0 && (
                    <strong> {t('snooze.more', { count: snooze.morePeople })}</strong>
                  )}
                </span>
              ),
            },
            {
              key: 'until',
              header: t('snooze.until'),
              cell: ({ snooze }) => snooze && <Time at={snooze.until} form="coming" />,
            },
            { key: 'by', header: t('snooze.by'), cell: ({ snooze }) => snooze?.byName ?? null },
            {
              key: 'wake',
              header: t('snooze.wake'),
              hideHeader: true,
              cell: ({ id }) => (
                <NeedsRole role="marketer" quietly>
                  <WakeButton id={id} onWoken={onWoken} />
                </NeedsRole>
              ),
            },
          ]}
        />
      </Section>
    </Anchor>
  )
}

function What({ problem }: { problem: Problem }) {
  const { kind, connection, flow, stepId } = problem
  const title = problemTitle(problem)
  if (kind === 'connection' && connection) {
    return (
      <Link to="/connections/$id" params={{ id: connection.id }}>
        {title}
      </Link>
    )
  }
  if (!flow) return title
  return (
    <Link to="/flows/$flowId" params={{ flowId: flow.id }} search={stepId ? { open: stepId } : {}}>
      {title}
    </Link>
  )
}

function WakeButton({ id, onWoken }: { id: string; onWoken: () => void }) {
  const { t } = useTranslation()
  const { send, isBusy, problem } = useChange(Wake, ({ answer }) => answer)

  async function wake(): Promise<void> {
    if (!(await send({ id }))) return
    toast(t('snooze.woken'))
    onWoken()
  }

  return (
    <Stack gap={2}>
      <Button size="s" busy={isBusy} onClick={() => void wake()}>
        {t('snooze.wake')}
      </Button>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </Stack>
  )
}

/** Calls once when the moment has come. */
function useAlarm(at: string | undefined, onTime: () => void): void {
  const alarm = useEffectEvent(onTime)
  useEffect(() => {
    if (at === undefined) return undefined
    const timer = setTimeout(
      () => alarm(),
      Math.min(TIMER_MS_MAX, Math.max(0, Date.parse(at) - Date.now()) + 1_000),
    )
    return () => clearTimeout(timer)
  }, [at])
}
