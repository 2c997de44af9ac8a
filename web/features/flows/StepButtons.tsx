import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Stack } from '../../ui/Stack.tsx'

/** What can be done with a step as a whole. */
export function StepButtons({
  stepId,
  isFirst,
  isLast,
  onMove,
  onAddAfter,
  onRemove,
}: {
  stepId: string
  isFirst: boolean
  isLast: boolean
  onMove: (by: -1 | 1) => void
  onAddAfter: () => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  return (
    <Stack row gap={2}>
      <Button id={`${stepId}-up`} size="s" disabled={isFirst} onClick={() => onMove(-1)}>
        {t('flow.steps.up')}
      </Button>
      <Button id={`${stepId}-down`} size="s" disabled={isLast} onClick={() => onMove(1)}>
        {t('flow.steps.down')}
      </Button>
      <Button size="s" icon="plus" onClick={onAddAfter}>
        {t('flow.steps.addAfter')}
      </Button>
      <Button size="s" icon="trash" onClick={onRemove}>
        {t('flow.steps.remove')}
      </Button>
    </Stack>
  )
}
