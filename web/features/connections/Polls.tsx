import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useReloadWhile } from '../../graphql/use-reload-while.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import type { Tone } from '../../ui/StatusPill.tsx'
import { Time } from '../../ui/Time.tsx'
import { reasonWords } from '../reason-words.ts'
import css from './Registrations.module.css'

export const PollFields = graphql(`
  fragment PollFields on Poll {
    id
    name
    subject
    state
    isOn
    everyMinutes
    lastPolledAt
    lastFoundAt
    nextPollAt
    reason {
      code
      data
    }
  }
`)

const PollNow = graphql(
  `
    mutation PollNow($id: ID!) {
      pollNow(id: $id) {
        __typename
        ... on Poll {
          id
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

const SetPoll = graphql(
  `
    mutation SetPoll($id: ID!, $isOn: Boolean!) {
      setPoll(id: $id, isOn: $isOn) {
        __typename
        ... on Poll {
          id
          isOn
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

type Poll = ResultOf<typeof PollFields>

const tones: Record<Poll['state'], Tone> = {
  waiting: 'good',
  running: 'waiting',
  failing: 'bad',
  held: 'calm',
  off: 'calm',
}

/** What the hub asks the vendor for by itself, again and again. */
export function Polls({
  polls,
  reload,
}: {
  polls: readonly FragmentOf<typeof PollFields>[]
  reload: () => void
}) {
  const rows = polls.map((each) => readFragment(PollFields, each))
  useReloadWhile(
    rows.some(({ state }) => state === 'running'),
    reload,
  )
  return (
    <ul className={css.rows}>
      {rows.map((poll) => (
        <PollRow key={poll.id} poll={poll} reload={reload} />
      ))}
    </ul>
  )
}

function PollRow({ poll, reload }: { poll: Poll; reload: () => void }) {
  const { t } = useTranslation()
  const { id, name, subject, state, isOn, everyMinutes, lastPolledAt, lastFoundAt, nextPollAt, reason } = poll
  const now = useChange(PollNow, (data) => data.pollNow)
  const set = useChange(SetPoll, ({ setPoll }) => setPoll)
  const problem = now.problem ?? set.problem
  return (
    <li className={css.row}>
      <span className={css.line}>
        <span>{subject ? t('poll.of', { name, subject }) : name}</span>
        <StatusPill tone={tones[state]}>{t(`poll.state.${state}`)}</StatusPill>
      </span>
      <span className={css.why}>
        {everyMinutes !== null && t('poll.every', { count: everyMinutes })}{' '}
        {lastPolledAt && (
          <>
            {t('poll.last')} <Time at={lastPolledAt} form="ago" />
            {'. '}
          </>
        )}
        {lastFoundAt && (
          <>
            {t('poll.found')} <Time at={lastFoundAt} form="ago" />
            {'.'}
          </>
        )}
      </span>
      {reason && (
        <span className={css.why}>
          {reasonWords(reason)} {nextPollAt && t('poll.again')} {nextPollAt && <Time at={nextPollAt} />}
        </span>
      )}
      <NeedsRole role="ops" quietly>
        <span className={css.actions}>
          <Button
            size="s"
            icon="refresh"
            busy={now.isBusy}
            disabled={state === 'held' || state === 'off'}
            onClick={() => void now.send({ id }).then(reload)}
          >
            {t('poll.now')}
          </Button>
          <Checkbox
            label={t('poll.isOn')}
            checked={isOn}
            disabled={set.isBusy}
            onChange={(checked) => void set.send({ id, isOn: checked }).then(reload)}
          />
        </span>
      </NeedsRole>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </li>
  )
}
