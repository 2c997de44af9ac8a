import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../../ui/Button.tsx'
import { Select } from '../../ui/Select.tsx'
import { VendorLogo } from '../VendorLogo.tsx'
import type { Connection, Connector } from '../flows/use-tools.ts'
import css from './VendorConnection.module.css'

/** Which account at a vendor a recipe uses, or the way to connect one and come back. */
export function VendorConnection({
  role,
  about,
  vendor,
  connections,
  chosen,
  onChoose,
  back,
}: {
  /** What the vendor does in it. */
  role: string
  /** What else there is to say of that. */
  about?: string | undefined
  vendor: Connector
  connections: readonly Connection[]
  chosen: string
  onChoose: (id: string) => void
  /** The address to come back to. */
  back: string
}) {
  const { t } = useTranslation()
  return (
    <div className={css.vendor}>
      <VendorLogo svg={vendor.logo} size="l" />
      <div className={css.words}>
        {connections.length > 0 ? (
          <Select
            label={role}
            help={about}
            required
            value={chosen}
            onChange={onChoose}
            choices={[
              ...(chosen === '' ? [{ value: '', label: t('flow.do.choose') }] : []),
              ...connections.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        ) : (
          <>
            <p className={css.role}>{role}</p>
            {about && <p>{about}</p>}
            <p>{t('recipe.notConnected', { vendor: vendor.name })}</p>
            <div>
              <ButtonLink
                to="/connections/new/$vendor"
                params={{ vendor: vendor.id }}
                search={{ to: back }}
                icon="plug"
              >
                {t('newConnection.of', { vendor: vendor.name })}
              </ButtonLink>
            </div>
          </>
        )}
      </div>
    </div>
  )
}
