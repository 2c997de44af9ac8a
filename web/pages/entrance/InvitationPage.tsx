import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NewPasswordField } from '../../features/accounts/NewPasswordField.tsx'
import { Form } from '../../features/forms/Form.tsx'
import { useForm } from '../../features/forms/use-form.ts'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { Time } from '../../ui/Time.tsx'
import { Entrance } from './Entrance.tsx'

const InvitationQuery = graphql(`
  query Invitation($token: String!) {
    invitation(token: $token) {
      email
      expiresAt
      needs
      role
      workspaceName
    }
  }
`)

const Accept = graphql(
  `
    mutation AcceptInvitation($token: String!, $name: String, $password: String) {
      acceptInvitation(token: $token, name: $name, password: $password) {
        __typename
        ... on SignedIn {
          userId
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Comes into a workspace by a link: with a new account, one's own, or a new password. */
export function InvitationPage() {
  const { t } = useTranslation()
  const { hash: token } = useLocation()
  const { data, failure, isLoading, reload } = useData(InvitationQuery, { token })
  const invitation = data?.invitation
  if (invitation) return <Invited key={token} token={token} invitation={invitation} />
  return (
    <Entrance title={t('invitation.title')} about={t('invitation.about')}>
      {isLoading && <Skeleton />}
      {failure && !data && <FetchError what={t('invitation.notLoaded')} why={failure} onRetry={reload} />}
      {data && (
        <Notice tone="warn" title={t('invitation.unusable.title')}>
          {t('invitation.unusable.why')}
        </Notice>
      )}
      <p>
        {t('invitation.known')} <Link to="/sign-in">{t('signIn.do')}</Link>
      </p>
    </Entrance>
  )
}

type Preview = NonNullable<ResultOf<typeof InvitationQuery>['invitation']>

function Invited({ token, invitation }: { token: string; invitation: Preview }) {
  const { t } = useTranslation()
  const { email, expiresAt, needs, role, workspaceName } = invitation
  const form = useForm({ name: '', password: '' })
  const { send, isBusy, problem } = useChange(Accept, ({ acceptInvitation }) => acceptInvitation, form.show)
  const isNewPassword = needs === 'new_password'

  async function accept(): Promise<void> {
    if (needs === 'new_account' && !form.hasAll(['name', 'password'], t('ui.required'))) return
    if (needs.endsWith('password') && !form.hasAll(['password'], t('ui.required'))) return
    const name = needs === 'new_account' ? form.values.name : null
    const password = needs === 'nothing' ? null : form.values.password
    if (await send({ token, name, password })) location.replace('/')
  }

  return (
    <Entrance
      title={t(isNewPassword ? 'invitation.newPassword' : 'invitation.to', { workspace: workspaceName })}
      about={t(isNewPassword ? 'invitation.newPasswordAbout' : 'invitation.as', {
        email,
        role: t(`role.${role}`),
      })}
    >
      <Form onSend={accept}>
        {problem && <Notice tone="bad">{problem}</Notice>}
        {needs === 'new_account' && (
          <TextField label={t('account.name')} autoComplete="name" required {...form.field('name')} />
        )}
        {/* Lets the browser's keeper of passwords know whose it is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        {needs === 'own_password' && (
          <TextField
            label={t('account.password')}
            help={t('invitation.ownPassword', { email })}
            type="password"
            autoComplete="current-password"
            required
            {...form.field('password')}
          />
        )}
        {(needs === 'new_account' || isNewPassword) && (
          <NewPasswordField label={t('account.password')} {...form.field('password')} />
        )}
        <Button type="submit" kind="primary" busy={isBusy}>
          {t(isNewPassword ? 'invitation.setPassword' : 'invitation.do')}
        </Button>
        <p>
          {t('invitation.until')} <Time at={expiresAt} />
        </p>
      </Form>
    </Entrance>
  )
}
