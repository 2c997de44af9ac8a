import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { useMay } from '../../app/me.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { LeaveGuard } from '../../ui/LeaveGuard.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { DeskProvider } from './desk.ts'
import type { Desk } from './desk.ts'
import type { FormulaFunction } from './formula-function.ts'
import { EarlierVersions } from './EarlierVersions.tsx'
import { FeedFields, readFeed } from './feed.ts'
import { pathsOf, readFields } from './mapping-fields.ts'
import type { MappedField } from './mapping-fields.ts'
import { OriginsProvider } from './origins.ts'
import { readableFields } from './readable-fields.ts'
import { SampleSwitcher } from './SampleSwitcher.tsx'
import { SaveBar } from './SaveBar.tsx'
import { SendTest } from './SendTest.tsx'
import { SuggestedRows } from './SuggestedRows.tsx'
import { TargetRows } from './TargetRows.tsx'
import { fieldOf, labelOf, TargetFields } from './targets.ts'
import { DraftFields, useDraft } from './use-draft.ts'
import { usePreviews } from './use-previews.ts'
import { useSamples } from './use-samples.ts'
import { WholePreview } from './WholePreview.tsx'

export const EditorFields = graphql(
  `
    fragment EditorFields on Mapping {
      id
      connectorId
      actionId
      connector {
        name
      }
      action {
        canKeepFilled
        input {
          suggest
          ...TargetFields
        }
      }
      ...FeedFields
      ...MappingDraftFields
    }
  `,
  [DraftFields, FeedFields, TargetFields],
)

const SuggestQuery = graphql(`
  query SuggestedRows($connectorId: String!, $actionId: String!, $eventId: ID) {
    suggestMapping(connectorId: $connectorId, actionId: $actionId, eventId: $eventId)
  }
`)
const SourceQuery = graphql(`
  query MappingSource($id: ID!) {
    connection(id: $id) {
      name
      connectorId
      connector {
        logo
      }
    }
  }
`)

export function EditorBody({
  mapping: masked,
  functions,
  reload,
  ...given
}: {
  mapping: FragmentOf<typeof EditorFields>
  functions: readonly FormulaFunction[]
  reload: () => void
  connectionId: string | undefined
  eventTypes: readonly string[] | undefined
  sourceConnectionId: string | undefined
}) {
  const { t } = useTranslation()
  const isReadOnly = !useMay('marketer')
  const mapping = readFragment(EditorFields, masked)
  const { id, connectorId, actionId, action, connector } = mapping
  const draft = useDraft(mapping, isReadOnly, reload)
  const feed = readFeed(mapping, given)
  const { data: source } = useData(
    SourceQuery,
    { id: feed.sourceConnectionId ?? '' },
    feed.sourceConnectionId === undefined,
  )
  const samples = useSamples({
    eventTypes: feed.eventTypes,
    sourceConnectionId: feed.sourceConnectionId,
    sourceConnectorId: source?.connection?.connectorId,
    connectorId,
    pause: isReadOnly,
  })
  const { shown } = samples
  const { data: guess } = useData(
    SuggestQuery,
    { connectorId, actionId, eventId: shown?.event?.id ?? null },
    isReadOnly || !shown || !action,
  )
  const previews = usePreviews({ connectorId, actionId }, draft.fields, action ? shown : undefined)
  const readable = readableFields(shown?.input, [
    ...samples.seenPaths,
    ...(action?.input.flatMap(({ suggest }) => suggest) ?? []),
    ...Object.values(draft.fields).flatMap(({ source: of }) => pathsOf(of)),
  ])
  const destination = connector?.name ?? connectorId

  if (!action) {
    return (
      <Notice tone="bad" title={t('mapping.noAction.title', { tool: destination })}>
        {t('mapping.noAction.why')}
      </Notice>
    )
  }
  function put(name: string, row: MappedField | undefined, of?: string): void {
    const { [name]: _before, ...others } = draft.fields
    draft.change(row ? { ...draft.fields, [name]: row } : others, of)
  }
  const desk: Desk = {
    connectorId,
    actionId,
    labelOf: (name) => labelOf(action.input, name),
    fieldOf: (name) => fieldOf(action.input, name),
    destination,
    canKeepFilled: action.canKeepFilled,
    isReadOnly,
    fields: draft.fields,
    put,
    shown,
    readable,
    suggested: readFields(guess?.suggestMapping ?? null),
    previews,
    functions,
  }
  const from = source?.connection ?? shown?.event?.connection

  return (
    <DeskProvider value={desk}>
      <OriginsProvider
        value={{
          source: from ? { name: nameOf(from), logo: from.connector?.logo ?? null } : undefined,
          steps: feed.steps,
        }}
      >
        <Stack gap={4}>
          <NeedsRole role="marketer">
            {samples.isLoading && !shown ? <Skeleton lines={1} /> : <SampleSwitcher samples={samples} />}
            {samples.failure && (
              <FetchError
                what={t('mapping.sample.notLoaded')}
                why={samples.failure}
                onRetry={samples.reload}
              />
            )}
            {previews.failure && (
              <FetchError
                what={t('mapping.result.notLoaded')}
                why={previews.failure}
                onRetry={previews.retry}
              />
            )}
            <SuggestedRows
              form={action.input}
              onTake={(rows) => draft.change({ ...rows, ...draft.fields })}
            />
          </NeedsRole>
          <TargetRows form={action.input} />
          {!isReadOnly && <SaveBar id={id} draft={draft} onNews={reload} />}
          <NeedsRole role="marketer" quietly>
            <SendTest id={id} connectionId={feed.connectionId} />
            {shown && (
              <Disclosure label={t('mapping.whole.label')}>
                {() => <WholePreview key={shown.choice} shown={shown} inDetail />}
              </Disclosure>
            )}
          </NeedsRole>
          <Disclosure label={t('mapping.versions.label')}>
            {() => <EarlierVersions id={id} onRestore={(fields) => draft.change(fields)} />}
          </Disclosure>
          <LeaveGuard
            isAtStake={draft.state === 'failed' || draft.state === 'conflict'}
            title={t('mapping.leave.title')}
            leave={t('mapping.leave.discard')}
            onLeave={draft.drop}
          >
            {t('mapping.leave.why')}
          </LeaveGuard>
        </Stack>
      </OriginsProvider>
    </DeskProvider>
  )
}

function nameOf(from: { name: string } | { connector: { name: string } | null }): string {
  return 'name' in from ? from.name : (from.connector?.name ?? '')
}
