import { useTranslation } from 'react-i18next'
import { readFragment } from '../../graphql/graphql.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Section } from '../../ui/Section.tsx'
import type { Tools } from '../flows/use-tools.ts'
import { goals, isFar, missingVendors, RecipeFields } from './recipe.ts'
import type { MaskedRecipe } from './recipe.ts'
import { RecipeCard } from './RecipeCard.tsx'
import css from './RecipeList.module.css'

/** Recipes by what they are for; those for which least is missing come first. */
export function RecipeList({ recipes, tools }: { recipes: readonly MaskedRecipe[]; tools: Tools }) {
  const { t } = useTranslation()
  const cards = (those: readonly MaskedRecipe[]) => (
    <ul className={css.recipes}>
      {those.map((recipe) => (
        <li key={readFragment(RecipeFields, recipe).id}>
          <RecipeCard recipe={recipe} tools={tools} />
        </li>
      ))}
    </ul>
  )
  return goals.map((goal) => {
    // Who has connected nothing yet sees what could be, whole automations first.
    const isNew = tools.connections.length === 0
    const ofGoal = recipes.filter((recipe) => readFragment(RecipeFields, recipe).goal === goal)
    const missing = (recipe: MaskedRecipe) => missingVendors(recipe, tools).length
    const those = isNew ? ofGoal : ofGoal.toSorted((left, right) => missing(left) - missing(right))
    const far = isNew ? [] : those.filter((recipe) => isFar(recipe, tools))
    const near = those.filter((recipe) => !far.includes(recipe))
    if (those.length === 0) return null
    return (
      <Section key={goal} title={t(`recipe.goal.${goal}`)}>
        {near.length > 0 && cards(near)}
        {far.length > 0 && (
          <Disclosure label={t('recipe.far', { count: far.length })}>{() => cards(far)}</Disclosure>
        )}
      </Section>
    )
  })
}
