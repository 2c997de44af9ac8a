import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from 'urql'
import { MeQuery } from '../../app/me.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { SignInForm } from './SignInForm.tsx'

/** Asks to sign in on top of the page, so that nothing that was typed there is lost. */
export function SessionEnded({ onSignedIn }: { onSignedIn: (userId: string) => void }) {
  const { t } = useTranslation()
  const client = useClient()

  // They may have signed in elsewhere meanwhile: the browser's tabs share one session.
  const onLookedAt = useEffectEvent(async () => {
    const { data } = await client.query(MeQuery, {}, { requestPolicy: 'network-only' })
    if (data?.me?.user) onSignedIn(data.me.user.id)
  })
  useEffect(() => {
    const look = () => void onLookedAt()
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [])

  return (
    <Dialog opened title={t('signIn.ended.title')}>
      <Stack>
        <p>{t('signIn.ended.why')}</p>
        <SignInForm onSignedIn={onSignedIn}>
          <a href="/sign-in" target="_blank" rel="noreferrer">
            {t('signIn.ended.otherwise')}
          </a>
        </SignInForm>
      </Stack>
    </Dialog>
  )
}
