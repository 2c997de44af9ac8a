import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { Menu } from '../../ui/Menu.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'

const Snooze = graphql(
  `
    mutation SnoozeProblem($id: ID!, $until: DateTime!) {
      answer: snoozeProblem(id: $id, until: $until) {
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

const HOUR_MS = 3_600_000
/** When a day at work begins. */
const MORNING_HOUR = 9

/** Puts a problem out of the way for a while. */
export function SnoozeMenu({ id, onSnoozed }: { id: string; onSnoozed: () => void }) {
  const { t, i18n } = useTranslation()
  const { send, isBusy, problem } = useChange(Snooze, ({ answer }) => answer)
  const morning = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' }).format(tomorrowMorning())

  async function until(moment: Date): Promise<void> {
    if (!(await send({ id, until: moment.toISOString() }))) return
    toast(t('snooze.done'))
    onSnoozed()
  }

  return (
    <>
      <Menu
        label={t('snooze.do')}
        button={{ icon: 'clock', isBusy }}
        entries={[
          { label: t('snooze.hour'), icon: 'clock', onSelect: () => void until(inHours(1)) },
          {
            label: t('snooze.morning', { time: morning }),
            icon: 'sun',
            onSelect: () => void until(tomorrowMorning()),
          },
          { label: t('snooze.week'), icon: 'calendar', onSelect: () => void until(inHours(7 * 24)) },
        ]}
      />
      {problem && <Notice tone="bad">{problem}</Notice>}
    </>
  )
}

function inHours(hours: number): Date {
  return new Date(Date.now() + hours * HOUR_MS)
}

/** Where the reader is, and not where the hub is. */
function tomorrowMorning(): Date {
  const today = new Date()
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, MORNING_HOUR)
}
