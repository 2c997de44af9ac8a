import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { readFragment } from '../../graphql/graphql.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Section } from '../../ui/Section.tsx'
import type { Tools } from '../flows/use-tools.ts'
import { goals, missingVendors, RecipeFields } from './recipe.ts'
import type { MaskedRecipe } from './recipe.ts'
import { RecipeCard } from './RecipeCard.tsx'
import css from './RecipeList.module.css'

interface Listed {
  recipes: readonly MaskedRecipe[]
  tools: Tools
  /** Whoever has said what to look for sees all of it; otherwise each goal shows its first few. */
  isWhole: boolean
}

/** Recipes that can be used at once come first, then those for which a tool is missing; each by what they are for. */
export function RecipeList({ recipes, ...rest }: Listed) {
  const { t } = useTranslation()
  const missing = (recipe: MaskedRecipe) => missingVendors(recipe, rest.tools).length
  const ready = recipes.filter((recipe) => missing(recipe) === 0)
  const others = recipes.filter((recipe) => missing(recipe) > 0)
  // Who has connected nothing yet sees what could be, whole automations first.
  const isNew = rest.tools.connections.length === 0
  const nearest = isNew ? others : others.toSorted((left, right) => missing(left) - missing(right))
  return (
    <>
      {ready.length > 0 && (
        <Section title={t('recipe.ready')}>
          <Goals recipes={ready} {...rest} />
        </Section>
      )}
      {nearest.length > 0 && (
        <Section title={t(isNew ? 'newFlow.recipes' : 'recipe.withMore')}>
          <Goals recipes={nearest} {...rest} />
        </Section>
      )}
    </>
  )
}

function Goals({ recipes, ...rest }: Listed) {
  return goals.map((goal) => {
    const those = recipes.filter((recipe) => readFragment(RecipeFields, recipe).goal === goal)
    return those.length > 0 && <Goal key={goal} goal={goal} recipes={those} {...rest} />
  })
}

const SHOWN = 3

function Goal({ goal, recipes, tools, isWhole }: Listed & { goal: (typeof goals)[number] }) {
  const { t } = useTranslation()
  const id = useId()
  // A button for one more would take as much room as the one.
  const shown = isWhole || recipes.length === SHOWN + 1 ? recipes.length : SHOWN
  const cards = (those: readonly MaskedRecipe[]) => (
    <ul className={css.recipes} aria-labelledby={id}>
      {those.map((recipe) => (
        <li key={readFragment(RecipeFields, recipe).id}>
          <RecipeCard recipe={recipe} tools={tools} />
        </li>
      ))}
    </ul>
  )
  return (
    <div className={css.goal}>
      <h3 id={id} className={css.title}>
        {t(`recipe.goal.${goal}`)}
      </h3>
      {cards(recipes.slice(0, shown))}
      {recipes.length > shown && (
        <Disclosure label={t('recipe.more', { count: recipes.length - shown })}>
          {() => cards(recipes.slice(shown))}
        </Disclosure>
      )}
    </div>
  )
}
