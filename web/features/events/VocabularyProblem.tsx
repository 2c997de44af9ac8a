import { useTranslation } from 'react-i18next'
import { asText, isRecord } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'
import { Notice } from '../../ui/Notice.tsx'

/** Why an event counts as a custom one although its sender gave it a name that the hub knows, and how to send it. */
export function VocabularyProblem({ properties }: { properties: Json }) {
  const { t } = useTranslation()
  const problem = isRecord(properties) ? properties['vocabulary_problem'] : undefined
  if (!isRecord(problem)) return null

  const [event, field, what] = ['event', 'field', 'problem'].map((name) => asText(problem[name] ?? ''))
  const values = { event, field, problem: what }
  const kind = field === 'contact' ? 'nobody' : what === 'is missing' ? 'missing' : 'wrong'
  return (
    <Notice tone="warn" title={t('event.vocabulary.title', values)}>
      {kind === 'nobody' && t('event.vocabulary.nobody', values)}
      {kind === 'missing' && t('event.vocabulary.missing', values)}
      {kind === 'wrong' && t('event.vocabulary.wrong', values)}
    </Notice>
  )
}
