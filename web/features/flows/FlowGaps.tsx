import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Notice } from '../../ui/Notice.tsx'
import type { Definition } from './definition.ts'
import css from './FlowGaps.module.css'
import { stepWords } from './flow-words.ts'
import { gapWords, placeOfGap } from './gap-words.ts'
import type { Gap } from './gap-words.ts'
import type { Tools } from './use-tools.ts'

interface Props {
  flowId: string
  gaps: readonly Gap[]
  definition: Definition
  tools: Tools
  isPublished: boolean
}

/** More would push the flow itself off the screen. */
const SHOWN_MAX = 5

/** What is missing before a flow can be turned on; each leads to where it is mended. */
export function FlowGaps(props: Props) {
  const { t } = useTranslation()
  const { gaps, isPublished } = props
  if (gaps.length === 0) return null
  const more = gaps.slice(SHOWN_MAX)
  return (
    <Notice tone="warn" title={t(isPublished ? 'flow.gapsOfChanges' : 'flow.gaps')}>
      <GapList {...props} gaps={gaps.slice(0, SHOWN_MAX)} />
      {more.length > 0 && (
        <Disclosure label={t('flow.moreGaps', { count: more.length })}>
          {() => <GapList {...props} gaps={more} />}
        </Disclosure>
      )}
    </Notice>
  )
}

function GapList({ flowId, gaps, definition, tools }: Props) {
  const { t } = useTranslation()
  return (
    <ul className={css.gaps}>
      {gaps.map((gap) => {
        const { search, hash } = placeOfGap(gap)
        const place = definition.steps.findIndex(({ id }) => id === gap.stepId)
        const step = definition.steps[place]
        return (
          <li key={`${gap.stepId} ${gap.code} ${gap.subject}`}>
            <Link to="/flows/$flowId" params={{ flowId }} search={search} hash={hash} resetScroll={false}>
              {gapWords(gap, definition, tools)}
            </Link>
            {step && (
              <span className={css.step}>
                {' · '}
                {t('flow.steps.number', { place: place + 1, step: stepWords(step, tools) })}
              </span>
            )}
          </li>
        )
      })}
    </ul>
  )
}
