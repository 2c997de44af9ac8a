import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { DefinitionFields, readDefinition } from '../../features/flows/definition.ts'
import { flowDifferences, flowSentences } from '../../features/flows/flow-differences.ts'
import { FlowStatus, FlowStatusFields } from '../../features/flows/FlowStatus.tsx'
import { FlowTabs } from '../../features/flows/FlowTabs.tsx'
import { RollBack } from '../../features/flows/RollBack.tsx'
import { useTools } from '../../features/flows/use-tools.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { PlainSelect } from '../../ui/Select.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import { Time } from '../../ui/Time.tsx'
import { Timeline, TimelineStop } from '../../ui/Timeline.tsx'
import css from './FlowHistoryPage.module.css'

const HistoryQuery = graphql(
  `
    query FlowHistory($id: ID!) {
      flow(id: $id) {
        id
        name
        state
        publishedVersion
        ...FlowStatusFields
        versions {
          version
          publishedAt
          publishedByName
          definition {
            ...DefinitionFields
          }
        }
      }
    }
  `,
  [DefinitionFields, FlowStatusFields],
)

const BEFORE = 'before'

/** Every state in which a flow has run, what changed from one to the next, and the way back. */
export function FlowHistoryPage() {
  const { t } = useTranslation()
  const { flowId } = useParams({ from: '/shell/flows/$flowId/history' })
  const { against } = useSearch({ from: '/shell/flows/$flowId/history' })
  const navigate = useNavigate({ from: '/flows/$flowId/history' })
  const { data, failure, isLoading, reload } = useData(HistoryQuery, { id: flowId })
  const { tools } = useTools()
  const flow = data?.flow
  const versions = (flow?.versions ?? []).map(({ definition, ...rest }) => {
    const fields = readFragment(DefinitionFields, definition)
    return { ...rest, fields, definition: readDefinition(fields) }
  })
  const names = new Map(
    versions.flatMap(({ fields }) =>
      fields.steps.map(({ mappingId, mapping }) => [mappingId, mapping?.name]),
    ),
  )
  const mappingName = (id: string) => names.get(id) ?? t('flow.mapping.deleted')
  const definitionOf = (version: number) => versions.find((each) => each.version === version)?.definition
  const latest = versions[0]?.version ?? 0

  return (
    <Stack gap={8}>
      <PageHeader
        title={flow?.name ?? t('flow.title')}
        back={{ label: t('flows.title'), link: { to: '/flows' } }}
        status={flow && <FlowStatus flow={flow} />}
      />
      <Stack>
        {flow !== null && <FlowTabs flowId={flowId} />}
        {failure && !data && <FetchError what={t('flow.notLoaded')} why={failure} onRetry={reload} />}
        {isLoading && <Skeleton lines={6} />}
        {flow === null && (
          <EmptyState
            kind="filtered"
            title={t('flow.gone.title')}
            action={<ButtonLink to="/flows">{t('flow.gone.all')}</ButtonLink>}
          >
            {t('flow.gone.why')}
          </EmptyState>
        )}
        {flow && versions.length === 0 && (
          <EmptyState kind="first" title={t('flow.history.none')}>
            {t('flow.history.noneWhy')}
          </EmptyState>
        )}
        {versions.length > 1 && (
          <div className={css.against}>
            <span aria-hidden="true">{t('flow.history.against')}</span>
            <PlainSelect
              label={t('flow.history.against')}
              value={against === undefined ? BEFORE : String(against)}
              onChange={(next) =>
                void navigate({ search: next === BEFORE ? {} : { against: Number(next) }, replace: true })
              }
              choices={[
                { value: BEFORE, label: t('flow.history.before') },
                ...versions.map(({ version }) => ({
                  value: String(version),
                  label: t('flow.history.version', { version }),
                })),
              ]}
            />
          </div>
        )}
        {tools && (
          <Timeline>
            {versions.map(({ version, publishedAt, publishedByName, definition }, at) => {
              // The one before it in the list: a number is passed over where somebody's publishing stopped half-way.
              const base = against ?? versions[at + 1]?.version ?? 0
              const before = definitionOf(base)
              const changes = before
                ? flowDifferences(before, definition, tools, mappingName)
                : flowSentences(definition, tools)
              return (
                <TimelineStop
                  key={version}
                  icon={version === flow?.publishedVersion ? 'check' : 'clock'}
                  title={t('flow.history.version', { version })}
                  at={
                    <>
                      <Time at={publishedAt} /> · {publishedByName ?? t('flow.history.somebody')}
                    </>
                  }
                >
                  {version === flow?.publishedVersion && flow.state === 'on' && (
                    <div>
                      <StatusPill tone="good">{t('flow.history.now')}</StatusPill>
                    </div>
                  )}
                  {changes.length > 0 ? (
                    <ul className={css.changes}>
                      {changes.map((words) => (
                        <li key={words}>{words}</li>
                      ))}
                    </ul>
                  ) : (
                    <p>{t('flow.history.same', { version: base })}</p>
                  )}
                  {version !== flow?.publishedVersion && (
                    <NeedsRole role="marketer" quietly>
                      <div>
                        <RollBack flowId={flowId} version={version} next={latest + 1} />
                      </div>
                    </NeedsRole>
                  )}
                </TimelineStop>
              )
            })}
          </Timeline>
        )}
      </Stack>
    </Stack>
  )
}
