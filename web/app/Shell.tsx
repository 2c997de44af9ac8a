import { Navigate, Outlet, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MeProvider, MeQuery } from './me.tsx'
import type { Me } from './me.tsx'
import { Navigation } from './Navigation.tsx'
import css from './Shell.module.css'
import { useOtherTabs } from './other-tabs.ts'
import { reachability } from './reachability.ts'
import { setSignedOut, useSession } from './session.ts'
import { useData } from '../graphql/use-data.ts'
import { FetchError } from '../ui/FetchError.tsx'

const SessionEnded = lazy(async () => ({
  default: (await import('../features/accounts/SessionEnded.tsx')).SessionEnded,
}))

/** The frame of every page for which somebody has to be signed in. */
export function Shell() {
  const { t } = useTranslation()
  const { data, failure, reload } = useData(MeQuery, {})
  const isOver = useSession() || data?.me === null
  const [me, setMe] = useState<Me>()
  if (data?.me && data.me !== me) setMe(data.me)

  const isElsewhere = useOtherTabs(me) !== undefined

  if (isElsewhere) return null
  if (isOver && !me) return <SignInFirst />
  if (!me) {
    return (
      <main className={css.alone}>
        {failure && <FetchError what={t('app.notLoaded')} why={failure} onRetry={reload} />}
      </main>
    )
  }
  return (
    <MeProvider value={me}>
      <a href="#content" className={css.skip}>
        {t('app.skip')}
      </a>
      <div className={css.shell}>
        <Navigation />
        <main id="content" className={css.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {isOver && (
        <Suspense>
          <SessionEnded onSignedIn={(userId) => goOn(userId === me.user?.id)} />
        </Suspense>
      )}
    </MeProvider>
  )
}

/** What is on the page was for one person: somebody else gets a page of their own. */
function goOn(isSamePerson: boolean): void {
  if (!isSamePerson) return location.reload()
  setSignedOut(false)
  reachability.recovered()
}

/** Goes to sign in, and from there back to this page. Where that is, is known before the way there begins. */
function SignInFirst() {
  const router = useRouter()
  const [here] = useState(() => router.latestLocation.href)
  return <Navigate to="/sign-in" search={here === '/' ? {} : { to: here }} replace />
}
