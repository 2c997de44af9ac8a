import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Time } from '../../ui/Time.tsx'

const TheirsQuery = graphql(`
  query TheirMapping($id: ID!) {
    mapping(id: $id) {
      id
      versions {
        version
        savedAt
        savedByName
      }
    }
  }
`)

/** Somebody else saved while one was at it: theirs, or mine over theirs. Neither is lost, theirs is a version. */
export function ChangedMeanwhile({
  id,
  version,
  isBusy,
  onKeepMine,
  onTakeTheirs,
}: {
  id: string
  version: number
  isBusy: boolean
  onKeepMine: () => void
  onTakeTheirs: () => void
}) {
  const { t } = useTranslation()
  const { data } = useData(TheirsQuery, { id })
  const theirs = data?.mapping?.versions.find((each) => each.version === version)
  return (
    <Notice
      tone="warn"
      title={t('mapping.meanwhile.title', { who: theirs?.savedByName ?? t('mapping.meanwhile.somebody') })}
      action={
        <Stack row gap={2}>
          <Button onClick={onTakeTheirs}>{t('mapping.meanwhile.theirs')}</Button>
          <Button busy={isBusy} onClick={onKeepMine}>
            {t('mapping.meanwhile.mine')}
          </Button>
        </Stack>
      }
    >
      {theirs && (
        <>
          <Time at={theirs.savedAt} form="ago" />
          {' · '}
        </>
      )}
      {t('mapping.meanwhile.why')}
    </Notice>
  )
}
