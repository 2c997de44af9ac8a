import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import type { Definition, StepDefinition } from './definition.ts'

// The largest part of the page, and asked for only where a step is open.
const MappingEditor = lazy(async () => ({
  default: (await import('../mappings/MappingEditor.tsx')).MappingEditor,
}))

/** The mapping of a step: which field of the destination gets what. */
export function StepMapping({
  step: { mappingId, connectionId },
  trigger,
  onLeave,
}: {
  step: StepDefinition
  trigger: Definition['trigger']
  /** Lets another one be chosen. */
  onLeave?: () => void
}) {
  const { t } = useTranslation()
  return (
    <Stack>
      <Stack row gap={4}>
        <strong>{t('flow.mapping.title')}</strong>
        {onLeave && (
          <Button size="s" onClick={onLeave}>
            {t('flow.mapping.another')}
          </Button>
        )}
        <Link to="/mappings/$mappingId" params={{ mappingId }}>
          {t('flow.mapping.alone')}
        </Link>
      </Stack>
      <Suspense fallback={<Skeleton lines={6} />}>
        <MappingEditor
          mappingId={mappingId}
          connectionId={connectionId}
          eventTypes={trigger.events}
          {...(trigger.connectionId === null ? {} : { sourceConnectionId: trigger.connectionId })}
        />
      </Suspense>
    </Stack>
  )
}
