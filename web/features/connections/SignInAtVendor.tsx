import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { reasonWords } from '../reason-words.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Time } from '../../ui/Time.tsx'
import { readSignInNews, SIGN_IN_CHANNEL } from './sign-in-news.ts'
import type { SignInNews } from './sign-in-news.ts'

export const SignInFields = graphql(`
  fragment SignInFields on Connection {
    id
    signIn {
      state
      account
      signedInAt
      expiresAt
      renewsItself
      missingScopes
      reason {
        code
        data
      }
    }
  }
`)

const Start = graphql(
  `
    mutation StartConnectionSignIn($id: ID!) {
      startConnectionSignIn(id: $id) {
        __typename
        ... on StartedConnectionSignIn {
          url
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Signing in on a page of the vendor's, in a window of its own that reports back. */
export function SignInAtVendor({
  connection,
  vendor,
  onSignedIn,
}: {
  connection: FragmentOf<typeof SignInFields>
  vendor: string
  onSignedIn: () => void
}) {
  const { t } = useTranslation()
  const { id, signIn } = readFragment(SignInFields, connection)
  const { run, isBusy, failure } = useAction(Start)
  const [problem, setProblem] = useState<string>()
  const [blockedUrl, setBlockedUrl] = useState<string>()
  useNews(id, ({ outcome, message }) => {
    setBlockedUrl(undefined)
    setProblem(outcome === 'failed' ? message : undefined)
    onSignedIn()
  })
  if (signIn.state === 'not_needed') return null

  async function start(): Promise<void> {
    setProblem(undefined)
    // Opened at the press itself: a window that comes later is held back by the browser.
    const popup = window.open('', 'switchyard-sign-in', 'popup,width=560,height=720')
    const answer = (await run({ id }))?.startConnectionSignIn
    if (answer?.__typename === 'StartedConnectionSignIn') {
      if (popup) popup.location.href = answer.url
      else setBlockedUrl(answer.url)
      return
    }
    popup?.close()
    if (answer) setProblem(wordOf('error', answer.code, {}, answer.message))
  }

  const isIn = signIn.state === 'signed_in'
  const because = signIn.reason && reasonWords(signIn.reason)
  return (
    <Stack gap={4}>
      {isIn ? (
        <p>
          {signIn.account
            ? t('connection.signIn.as', { account: signIn.account })
            : t('connection.signIn.done', { vendor })}{' '}
          {signIn.signedInAt && <Time at={signIn.signedInAt} />}
        </p>
      ) : (
        <Notice tone="warn" title={t('connection.signIn.needed', { vendor })}>
          {because}
        </Notice>
      )}
      {signIn.missingScopes.length > 0 && (
        <Notice tone="warn">
          {t('connection.signIn.missing', { scopes: signIn.missingScopes.join(', ') })}
        </Notice>
      )}
      {isIn && !signIn.renewsItself && signIn.expiresAt && (
        <Notice tone="warn">
          {t('connection.signIn.ends')} <Time at={signIn.expiresAt} />
        </Notice>
      )}
      <NeedsRole role="ops">
        <div>
          <Button kind={isIn ? 'secondary' : 'primary'} icon="key" busy={isBusy} onClick={() => void start()}>
            {t(isIn ? 'connection.signIn.again' : 'connection.signIn.do', { vendor })}
          </Button>
        </div>
      </NeedsRole>
      <div role="status">
        {blockedUrl && (
          <Notice tone="warn" title={t('connection.signIn.blocked')}>
            <a href={blockedUrl} target="_blank" rel="opener">
              {t('connection.signIn.open', { vendor })}
            </a>
          </Notice>
        )}
        {(problem ?? failure) && <Notice tone="bad">{problem ?? failure}</Notice>}
      </div>
    </Stack>
  )
}

/**
 * Hears how a sign-in in another window of this browser has ended, for as long as the page is there: what is said while a
 * channel is closed and opened anew would be lost.
 */
function useNews(connectionId: string, listener: (news: SignInNews) => void): void {
  const onNews = useEffectEvent(listener)
  useEffect(() => {
    const channel = new BroadcastChannel(SIGN_IN_CHANNEL)
    channel.addEventListener('message', ({ data }) => {
      const news = readSignInNews(data)
      if (news && (news.connectionId ?? connectionId) === connectionId) onNews(news)
    })
    return () => channel.close()
  }, [connectionId])
}
