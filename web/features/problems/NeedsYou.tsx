import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Button, ButtonLink } from '../../ui/Button.tsx'
import { Card } from '../../ui/Card.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Time } from '../../ui/Time.tsx'
import { reasonWords } from '../reason-words.ts'
import type { ReplayTarget } from '../replays/use-replay.ts'
import css from './NeedsYou.module.css'
import { ProblemFields } from './problem-fields.ts'
import type { Problem } from './problem-fields.ts'
import { problemTitle } from './problem-title.ts'
import { SnoozeMenu } from './SnoozeMenu.tsx'

/** What keeps things from arriving, one card for each cause, with what can be done about it. */
export function NeedsYou({
  problems,
  onReplay,
  onSnoozed,
}: {
  problems: readonly FragmentOf<typeof ProblemFields>[]
  /** Somebody wants these sent again. The card may be gone before that is over. */
  onReplay: (target: ReplayTarget) => void
  onSnoozed: () => void
}) {
  if (problems.length === 0) return null
  return (
    <ul className={css.problems}>
      {problems.map((masked) => {
        const problem = readFragment(ProblemFields, masked)
        return (
          <li key={problem.id}>
            <ProblemCard problem={problem} onReplay={onReplay} onSnoozed={onSnoozed} />
          </li>
        )
      })}
    </ul>
  )
}

function ProblemCard({
  problem,
  onReplay,
  onSnoozed,
}: {
  problem: Problem
  onReplay: (target: ReplayTarget) => void
  onSnoozed: () => void
}) {
  const { t } = useTranslation()
  const { id, kind, stepId, connection, flow, field, state, reason } = problem
  const { deliveries, people, since, example } = problem
  // Sends them again; those of a connection go on by themselves, and nobody knows about the unconfirmed.
  const isReplayable =
    kind === 'flow' && flow && (state === 'needs_mapping' || state === 'refused' || state === 'failed')
  return (
    <Need
      title={problemTitle(problem)}
      tone="bad"
      actions={
        <>
          {kind === 'connection' && connection && (
            <ButtonLink size="s" icon="plug" to="/connections/$id" params={{ id: connection.id }}>
              {t('delivery.lookAtConnection', { where: connection.name })}
            </ButtonLink>
          )}
          {kind === 'flow' && flow && state !== 'unconfirmed' && (
            <ButtonLink
              size="s"
              icon="edit"
              to="/flows/$flowId"
              params={{ flowId: flow.id }}
              // Where it is, with somebody it happens to.
              search={{
                ...(stepId ? { open: stepId } : {}),
                ...(field ? { field } : {}),
                ...(example ? { shown: example.id } : {}),
              }}
            >
              {t('problem.mend')}
            </ButtonLink>
          )}
          {isReplayable && (
            <NeedsRole role="marketer" quietly>
              <Button
                size="s"
                icon="refresh"
                onClick={() =>
                  onReplay({
                    kind: 'deliveries',
                    flowId: flow.id,
                    connectionId: connection?.id,
                    states: [state],
                  })
                }
              >
                {t('problem.replay')}
              </Button>
            </NeedsRole>
          )}
          {example && state === 'unconfirmed' && (
            <ButtonLink size="s" icon="search" to="/events/$eventId" params={{ eventId: example.id }}>
              {t('problem.lookAndSay')}
            </ButtonLink>
          )}
          <NeedsRole role="marketer" quietly>
            <SnoozeMenu id={id} onSnoozed={onSnoozed} />
          </NeedsRole>
          {example && state !== 'unconfirmed' && (
            <Link to="/events/$eventId" params={{ eventId: example.id }} className={css.example}>
              {t('problem.example')}
            </Link>
          )}
        </>
      }
    >
      {reason && !field && <p className={css.why}>{reasonWords(reason)}</p>}
      <p className={css.count}>
        {deliveries > 0 ? t('problem.people', { count: people }) : t('problem.nobodyYet')}{' '}
        {since && (
          <>
            {t('problem.since')} <Time at={since} />
          </>
        )}
      </p>
    </Need>
  )
}

/** One thing that waits for somebody: `bad` where something does not arrive meanwhile. */
export function Need({
  title,
  tone,
  actions,
  children,
}: {
  title: string
  tone: 'bad' | 'warn'
  /** What can be done about it. */
  actions: ReactNode
  children: ReactNode
}) {
  return (
    <Card label={title}>
      <div className={css.head} data-tone={tone}>
        <Icon name="warning" />
        <div className={css.words}>
          <h3 className={css.title}>{title}</h3>
          {children}
          <div className={css.actions}>{actions}</div>
        </div>
      </div>
    </Card>
  )
}
