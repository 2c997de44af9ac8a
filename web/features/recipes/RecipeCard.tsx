import { useTranslation } from 'react-i18next'
import { readFragment } from '../../graphql/graphql.ts'
import { LinkCard } from '../../ui/LinkCard.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import type { Tools } from '../flows/use-tools.ts'
import { VendorLogo } from '../VendorLogo.tsx'
import { destinations, missingVendors, RecipeFields } from './recipe.ts'
import type { MaskedRecipe } from './recipe.ts'
import css from './RecipeCard.module.css'

/** A recipe in a list: from which tool to which others, what it is for, and which tool is still missing. */
export function RecipeCard({ recipe, tools }: { recipe: MaskedRecipe; tools: Tools }) {
  const { t, i18n } = useTranslation()
  const { id, name, description, from, steps } = readFragment(RecipeFields, recipe)
  const missing = missingVendors(recipe, tools)
  const nameOf = (vendor: string) => tools.connector(vendor)?.name ?? vendor
  const to = destinations(steps)
  const listed = new Intl.ListFormat(i18n.language).format(to.map(nameOf))
  return (
    <LinkCard from="/flows/new" to="/flows/new" search={(now) => ({ ...now, recipe: id })}>
      <span className={css.recipe}>
        <span className={css.tools}>
          <VendorLogo svg={tools.connector(from)?.logo} size="s" />
          <span aria-hidden="true">→</span>
          {to.map((vendor) => (
            <VendorLogo key={vendor} svg={tools.connector(vendor)?.logo} size="s" />
          ))}
          <span>{t('recipe.fromTo', { from: nameOf(from), to: listed })}</span>
        </span>
        <strong>{name}</strong>
        <span className={css.about}>{description}</span>
        {missing.length > 0 && (
          <span className={css.state}>
            <StatusPill tone="calm" icon="plus">
              {t('recipe.needs', { vendors: missing.map(nameOf).join(', ') })}
            </StatusPill>
          </span>
        )}
      </span>
    </LinkCard>
  )
}
