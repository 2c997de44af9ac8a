import { createContext, useContext } from 'react'
import type { ChoiceField } from './choice-words.ts'
import type { FormulaFunction } from './formula-function.ts'
import type { MappedField, MappingFields } from './mapping-fields.ts'
import type { ReadableField } from './readable-fields.ts'
import type { Previews } from './use-previews.ts'
import type { Shown } from './use-samples.ts'

/** What the parts of the editor share. */
export interface Desk {
  connectorId: string
  actionId: string
  /** A target field as the destination's form calls it. */
  labelOf: (name: string) => string
  /** A target field with what can be chosen for it, where the destination's form has it. */
  fieldOf: (name: string) => ChoiceField | undefined
  /** What the destination is called. */
  destination: string
  /** “Only if empty there” can be chosen. */
  canKeepFilled: boolean
  isReadOnly: boolean
  fields: MappingFields
  /** Gives a target field another source or rule, or takes it away. `of` gathers what is undone at once. */
  put: (name: string, row: MappedField | undefined, of?: string) => void
  shown: Shown | undefined
  readable: readonly ReadableField[]
  suggested: MappingFields
  previews: Previews
  functions: readonly FormulaFunction[]
}

const DeskContext = createContext<Desk | undefined>(undefined)
export const DeskProvider = DeskContext.Provider

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('This part belongs into a mapping editor.')
  return desk
}
