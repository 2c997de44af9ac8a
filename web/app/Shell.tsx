import { Navigate, Outlet, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MeProvider, MeQuery } from './me.tsx'
import { Navigation } from './Navigation.tsx'
import css from './Shell.module.css'
import { useSession } from './session.ts'
import { useData } from '../graphql/use-data.ts'
import { FetchError } from '../ui/FetchError.tsx'

/** The frame of every page for which somebody has to be signed in. */
export function Shell() {
  const { t } = useTranslation()
  const { data, failure, reload } = useData(MeQuery, {})
  const isSignedOut = useSession()

  if (isSignedOut || data?.me === null) return <SignInFirst />
  if (!data?.me) {
    return (
      <main className={css.alone}>
        {failure && <FetchError what={t('app.notLoaded')} why={failure} onRetry={reload} />}
      </main>
    )
  }
  return (
    <MeProvider value={data.me}>
      <a href="#content" className={css.skip}>
        {t('app.skip')}
      </a>
      <div className={css.shell}>
        <Navigation />
        <main id="content" className={css.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </MeProvider>
  )
}

/** Goes to sign in, and from there back to this page. Where that is, is known before the way there begins. */
function SignInFirst() {
  const router = useRouter()
  const [here] = useState(() => router.latestLocation.href)
  return <Navigate to="/sign-in" search={here === '/' ? {} : { to: here }} replace />
}
