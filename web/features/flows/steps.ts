import { newStep } from './definition.ts'
import type { Definition, StepDefinition } from './definition.ts'

/** A definition with one step of it exchanged. */
export function withStep(definition: Definition, next: StepDefinition): Definition {
  return { ...definition, steps: definition.steps.map((step) => (step.id === next.id ? next : step)) }
}

export function withoutStep(definition: Definition, id: string): Definition {
  return { ...definition, steps: definition.steps.filter((step) => step.id !== id) }
}

/** With a step at a place, counted from 0: a new one, or one that was taken out. */
export function withStepAt(
  definition: Definition,
  place: number,
  step: StepDefinition = newStep(),
): { definition: Definition; step: StepDefinition } {
  return { definition: { ...definition, steps: definition.steps.toSpliced(place, 0, step) }, step }
}

/** With a step moved up or down by one. */
export function withStepMoved(definition: Definition, id: string, by: -1 | 1): Definition {
  const from = definition.steps.findIndex((step) => step.id === id)
  const step = definition.steps[from]
  if (!step) return definition
  return withStepAt(withoutStep(definition, id), from + by, step).definition
}
