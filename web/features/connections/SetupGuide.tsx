import { useTranslation } from 'react-i18next'
import { Section } from '../../ui/Section.tsx'
import { Markdown } from '../markdown/Markdown.tsx'

/** How to connect a vendor, step by step, as its connector tells it. */
export function SetupGuide({ vendor, setup }: { vendor: string; setup: string }) {
  const { t } = useTranslation()
  return (
    <Section title={t('connection.guide.title', { vendor })}>
      <Markdown source={setup} withoutTitle />
    </Section>
  )
}
