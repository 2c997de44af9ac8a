import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useReloadWhile } from '../../graphql/use-reload-while.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import type { Tone } from '../../ui/StatusPill.tsx'
import { Time } from '../../ui/Time.tsx'
import { reasonWords } from '../reason-words.ts'
import css from './Registrations.module.css'

export const RegistrationFields = graphql(`
  fragment RegistrationFields on Registration {
    id
    subject
    state
    expiresAt
    nextTryAt
    reason {
      code
      data
    }
  }
`)

const Register = graphql(
  `
    mutation RegisterWebhook($id: ID!) {
      registerWebhook(id: $id) {
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

const Remove = graphql(
  `
    mutation RemoveWebhook($id: ID!) {
      removeWebhook(id: $id) {
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

type State = ReturnType<typeof graphql.scalar<'RegistrationState'>>

const tones: Record<State, Tone> = {
  active: 'good',
  registering: 'waiting',
  removing: 'waiting',
  failing: 'bad',
  none: 'bad',
  removed: 'calm',
}

/** Somebody who sets it up by hand gives the hub no access for it: nothing is wrong. */
function toneOf(state: State, reason: { code: string } | null): Tone {
  if (reason?.code === 'registration_needs_credentials') return 'calm'
  return state === 'active' && reason ? 'waiting' : tones[state]
}

/** The webhooks that the hub sets up at the vendor by itself: how each stands, and what is in the way. */
export function Registrations({
  connectionId,
  vendor,
  registrations,
  reload,
}: {
  connectionId: string
  vendor: string
  registrations: readonly FragmentOf<typeof RegistrationFields>[]
  reload: () => void
}) {
  const { t } = useTranslation()
  const register = useChange(Register, ({ registerWebhook }) => registerWebhook)
  const remove = useChange(Remove, ({ removeWebhook }) => removeWebhook)
  const rows = registrations.map((each) => readFragment(RegistrationFields, each))
  const isThere = rows.some(({ state }) => state === 'active' || state === 'registering')
  useReloadWhile(
    rows.some(({ state }) => state === 'registering' || state === 'removing'),
    reload,
  )
  const problem = register.problem ?? remove.problem
  return (
    <Stack gap={2}>
      <ul className={css.rows}>
        {rows.map(({ id, subject, state, expiresAt, nextTryAt, reason }) => (
          <li key={id} className={css.row}>
            <span className={css.line}>
              <span>
                {subject ? t('registration.of', { vendor, subject }) : t('registration.at', { vendor })}
              </span>
              <StatusPill tone={toneOf(state, reason)}>
                {state === 'active' && reason ? t('registration.waits') : t(`registration.state.${state}`)}
              </StatusPill>
            </span>
            {reason && <span className={css.why}>{reasonWords(reason)}</span>}
            {nextTryAt && (
              <span className={css.why}>
                {t('registration.nextTry')} <Time at={nextTryAt} />
              </span>
            )}
            {state === 'active' && expiresAt && (
              <span className={css.why}>
                {t('registration.renewed')} <Time at={expiresAt} form="day" />
              </span>
            )}
          </li>
        ))}
      </ul>
      <NeedsRole role="ops" quietly>
        <div>
          {isThere ? (
            <Button
              size="s"
              kind="quiet"
              busy={remove.isBusy}
              onClick={() => void remove.send({ id: connectionId }).then(reload)}
            >
              {t('registration.remove', { vendor })}
            </Button>
          ) : (
            <Button
              size="s"
              icon="refresh"
              busy={register.isBusy}
              onClick={() => void register.send({ id: connectionId }).then(reload)}
            >
              {t('registration.do', { vendor })}
            </Button>
          )}
        </div>
      </NeedsRole>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </Stack>
  )
}
