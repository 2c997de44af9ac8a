import { useTranslation } from 'react-i18next'
import { readFragment } from '../../graphql/graphql.ts'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Select } from '../../ui/Select.tsx'
import type { Tools } from '../flows/use-tools.ts'
import { destinations, fits, RecipeFields } from './recipe.ts'
import type { MaskedRecipe, RecipeSearch } from './recipe.ts'

/** Narrows recipes down by words, by where they start and by where they do something. Only what leads somewhere is offered. */
export function RecipeFilter({
  recipes,
  tools,
  search,
  onSearch,
}: {
  recipes: readonly MaskedRecipe[]
  tools: Tools
  search: RecipeSearch
  onSearch: (search: RecipeSearch) => void
}) {
  const { t, i18n } = useTranslation()
  const { q = '', from = '', to = '' } = search
  const show = (change: { q?: string; from?: string; to?: string }) => {
    const next = { q, from, to, ...change }
    onSearch(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')))
  }
  const choices = (any: string, vendors: readonly string[], chosen: string) => [
    { value: '', label: any },
    ...[...new Set(chosen === '' ? vendors : [...vendors, chosen])]
      .map((id) => ({ value: id, label: tools.connector(id)?.name ?? id }))
      .toSorted((left, right) => left.label.localeCompare(right.label, i18n.language)),
  ]
  const between = (ends: RecipeSearch) =>
    recipes.filter((recipe) => fits(recipe, tools, ends)).map((recipe) => readFragment(RecipeFields, recipe))

  return (
    <FilterBar label={t('newFlow.filter')}>
      <SearchField label={t('newFlow.search')} value={q} onChange={(words) => show({ q: words })} />
      <Select
        label={t('newFlow.from')}
        required
        value={from}
        onChange={(vendor) => show({ from: vendor })}
        choices={choices(
          t('newFlow.anyTool'),
          between(to ? { to } : {}).map((recipe) => recipe.from),
          from,
        )}
      />
      <Select
        label={t('newFlow.to')}
        required
        value={to}
        onChange={(vendor) => show({ to: vendor })}
        choices={choices(
          t('newFlow.anyTool'),
          between(from ? { from } : {}).flatMap(({ steps }) => destinations(steps)),
          to,
        )}
      />
    </FilterBar>
  )
}
