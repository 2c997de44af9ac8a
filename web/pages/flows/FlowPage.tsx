import { Link, useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { DefinitionFields, readDefinition } from '../../features/flows/definition.ts'
import { DraftState } from '../../features/flows/DraftState.tsx'
import { FlowEditor } from '../../features/flows/FlowEditor.tsx'
import { FlowGaps } from '../../features/flows/FlowGaps.tsx'
import { FlowMenu } from '../../features/flows/FlowMenu.tsx'
import { FlowReading } from '../../features/flows/FlowReading.tsx'
import { FlowStatus, FlowStatusFields } from '../../features/flows/FlowStatus.tsx'
import { FlowSwitch, FlowSwitchFields } from '../../features/flows/FlowSwitch.tsx'
import { KeptOut, KeptOutFields, keptOutOf } from '../../features/flows/KeptOut.tsx'
import { FlowTabs } from '../../features/flows/FlowTabs.tsx'
import { DraftFields, useDraft } from '../../features/flows/use-draft.ts'
import { useTools } from '../../features/flows/use-tools.ts'
import type { Tools } from '../../features/flows/use-tools.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { useAnchor } from '../../ui/use-anchor.ts'

const FlowQuery = graphql(
  `
    query Flow($id: ID!) {
      flow(id: $id) {
        id
        name
        publishedVersion
        hasUnpublishedChanges
        ...FlowStatusFields
        ...FlowSwitchFields
        ...KeptOutFields
        ...DraftFields
        draft {
          steps {
            mappingId
            mapping {
              draft {
                savedAt
              }
            }
          }
        }
        gaps {
          stepId
          code
          subject
          message
        }
        published {
          definition {
            ...DefinitionFields
          }
        }
      }
    }
  `,
  [DefinitionFields, DraftFields, FlowStatusFields, FlowSwitchFields, KeptOutFields],
)

type Flow = NonNullable<ResultOf<typeof FlowQuery>['flow']>

/** One flow: what it does, step by step, to be changed and turned on. */
export function FlowPage() {
  const { t } = useTranslation()
  const { flowId } = useParams({ from: '/shell/flows/$flowId' })
  const { data, failure, isLoading, reload } = useData(FlowQuery, { id: flowId })
  const { tools, ...toolsAsked } = useTools()
  const flow = data?.flow

  if (flow && tools) return <OneFlow key={flow.id} flow={flow} tools={tools} reload={reload} />
  const why = failure ?? toolsAsked.failure
  return (
    <Stack gap={8}>
      <PageHeader
        title={flow?.name ?? t('flow.title')}
        back={{ label: t('flows.title'), link: { to: '/flows' } }}
      />
      {(isLoading || toolsAsked.isLoading) && <Skeleton lines={8} />}
      {why && (
        <FetchError
          what={t('flow.notLoaded')}
          why={why}
          onRetry={() => {
            reload()
            toolsAsked.reload()
          }}
        />
      )}
      {data && !flow && !failure && (
        <EmptyState
          kind="filtered"
          title={t('flow.gone.title')}
          action={<ButtonLink to="/flows">{t('flow.gone.all')}</ButtonLink>}
        >
          {t('flow.gone.why')}
        </EmptyState>
      )}
    </Stack>
  )
}

function OneFlow({ flow, tools, reload }: { flow: Flow; tools: Tools; reload: () => void }) {
  const { t } = useTranslation()
  const { open } = useSearch({ from: '/shell/flows/$flowId' })
  const navigate = useNavigate({ from: '/flows/$flowId' })
  const { hash } = useLocation()
  const mayChange = useMay('marketer')
  const draft = useDraft(flow, reload)
  useAnchor(hash)
  const { id, name, gaps, publishedVersion, hasUnpublishedChanges, published } = flow
  const isPublished = publishedVersion !== null
  const drafted = new Set(
    flow.draft.steps.filter(({ mapping }) => mapping?.draft).map(({ mappingId }) => mappingId),
  )
  const openStep = (step: string | undefined) => void navigate({ search: { open: step }, resetScroll: false })

  function discard(): Promise<boolean> {
    if (published) draft.replace(readDefinition(readFragment(DefinitionFields, published.definition)))
    return draft.settle()
  }

  return (
    <Stack gap={8}>
      <PageHeader
        title={name}
        about={
          isPublished && (
            <Link to="/deliveries" search={{ flow: id }}>
              {t('flow.sent')}
            </Link>
          )
        }
        back={{ label: t('flows.title'), link: { to: '/flows' } }}
        status={<FlowStatus flow={flow} />}
        actions={
          <Stack row gap={2}>
            <FlowSwitch flow={flow} draft={draft} onChanged={reload} />
            <FlowMenu
              flow={flow}
              keptOut={keptOutOf(flow)}
              onDiscard={isPublished && hasUnpublishedChanges ? discard : undefined}
              onSent={reload}
            />
          </Stack>
        }
      />
      <Stack>
        <FlowTabs flowId={id} open={open} />
        <KeptOut flow={flow} onOver={reload} />
        {mayChange && <DraftState draft={draft} isPublished={isPublished} />}
        {mayChange && (
          <FlowGaps
            flowId={id}
            gaps={gaps}
            definition={draft.definition}
            tools={tools}
            isPublished={isPublished}
          />
        )}
        {mayChange ? (
          <FlowEditor
            flowName={name}
            draft={draft}
            gaps={gaps}
            drafted={drafted}
            tools={tools}
            open={open}
            onOpen={openStep}
          />
        ) : (
          <FlowReading definition={draft.definition} tools={tools} open={open} onOpen={openStep} />
        )}
      </Stack>
    </Stack>
  )
}
