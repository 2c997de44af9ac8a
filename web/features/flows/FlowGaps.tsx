import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../ui/Notice.tsx'
import type { Definition } from './definition.ts'
import css from './FlowGaps.module.css'
import { stepWords } from './flow-words.ts'
import { gapWords, placeOfGap } from './gap-words.ts'
import type { Gap } from './gap-words.ts'
import type { Tools } from './use-tools.ts'

/** What is missing before a flow can be turned on; each leads to where it is mended. */
export function FlowGaps({
  flowId,
  gaps,
  definition,
  tools,
  isPublished,
}: {
  flowId: string
  gaps: readonly Gap[]
  definition: Definition
  tools: Tools
  isPublished: boolean
}) {
  const { t } = useTranslation()
  if (gaps.length === 0) return null
  return (
    <Notice tone="warn" title={t(isPublished ? 'flow.gapsOfChanges' : 'flow.gaps')}>
      <ul className={css.gaps}>
        {gaps.map((gap) => {
          const { search, hash } = placeOfGap(gap)
          const step = definition.steps.find(({ id }) => id === gap.stepId)
          return (
            <li key={`${gap.stepId} ${gap.code} ${gap.subject}`}>
              <Link to="/flows/$flowId" params={{ flowId }} search={search} hash={hash} resetScroll={false}>
                {gapWords(gap, definition, tools)}
              </Link>
              {step && <span className={css.step}> · {stepWords(step, tools)}</span>}
            </li>
          )
        })}
      </ul>
    </Notice>
  )
}
