import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../ui/Icon.tsx'
import { VendorLogo } from '../VendorLogo.tsx'
import type { FieldGroup } from './field-words.ts'
import { useOrigins } from './origins.ts'

interface GroupWords {
  label: string
  picture: ReactNode
}

/** What the groups of readable fields are called, with the mark of the tool they come from. */
export function useGroupWords(): (group: FieldGroup, step?: string) => GroupWords {
  const { t } = useTranslation()
  const { source, steps } = useOrigins()
  const ofSource = source ? <VendorLogo svg={source.logo} size="s" /> : <Icon name="signal" size="s" />
  return (group, step) => {
    if (group === 'contact')
      return { label: t('mapping.group.contact'), picture: <Icon name="person" size="s" /> }
    if (group === 'connection')
      return { label: t('mapping.group.connection'), picture: <Icon name="plug" size="s" /> }
    if (group === 'raw') {
      const label = source ? t('mapping.group.rawOf', { tool: source.name }) : t('mapping.group.raw')
      return { label, picture: ofSource }
    }
    if (group !== 'step') return { label: t(`mapping.group.${group}`), picture: ofSource }
    const origin = step === undefined ? undefined : steps[step]
    return {
      label: origin?.name ?? t('mapping.group.step'),
      picture: origin ? <VendorLogo svg={origin.logo} size="s" /> : <Icon name="out" size="s" />,
    }
  }
}
