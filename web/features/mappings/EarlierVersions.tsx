import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Button } from '../../ui/Button.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { useDesk } from './desk.ts'
import css from './EarlierVersions.module.css'
import { isSame, readFields } from './mapping-fields.ts'
import type { MappingFields } from './mapping-fields.ts'
import { VersionDifference } from './VersionDifference.tsx'

const VersionsQuery = graphql(`
  query MappingVersions($id: ID!) {
    mapping(id: $id) {
      id
      versions {
        version
        savedAt
        savedByName
        fields
      }
    }
  }
`)

/** Every saved state, what was different then, and the way back to it. */
export function EarlierVersions({
  id,
  onRestore,
}: {
  id: string
  onRestore: (fields: MappingFields) => void
}) {
  const { t } = useTranslation()
  const { fields, isReadOnly } = useDesk()
  const { data, failure, isLoading, reload } = useData(VersionsQuery, { id })
  const [open, setOpen] = useState<number>()
  if (isLoading) return <Skeleton lines={3} />
  if (!data) {
    return failure && <FetchError what={t('mapping.versions.notLoaded')} why={failure} onRetry={reload} />
  }
  return (
    <ol className={css.versions}>
      {(data.mapping?.versions ?? []).map(({ version, savedAt, savedByName, fields: stored }) => {
        const earlier = readFields(stored)
        return (
          <li key={version} className={css.version}>
            <p className={css.line}>
              <strong>{t('mapping.versions.version', { version })}</strong>
              <span className={css.who}>
                <Time at={savedAt} /> {savedByName && t('mapping.versions.by', { who: savedByName })}
              </span>
              {isSame(earlier, fields) ? (
                <span className={css.who}>{t('mapping.versions.same')}</span>
              ) : (
                <Button
                  size="s"
                  kind="quiet"
                  aria-expanded={open === version}
                  onClick={() => setOpen(open === version ? undefined : version)}
                >
                  {t(open === version ? 'mapping.versions.hide' : 'mapping.versions.show')}
                </Button>
              )}
            </p>
            {open === version && (
              <>
                <VersionDifference earlier={earlier} now={fields} />
                {!isReadOnly && (
                  <div>
                    <Button size="s" icon="undo" onClick={() => onRestore(earlier)}>
                      {t('mapping.versions.restore')}
                    </Button>
                  </div>
                )}
              </>
            )}
          </li>
        )
      })}
    </ol>
  )
}
