import type { ReactNode } from 'react'

export interface PickerOption {
  key: string
  label: string
  /** What is there now. */
  value?: string | undefined
  /** What kind of thing it is, in a word. */
  note?: string | undefined
  /** How far inside the one before it. */
  level?: number
}

export interface PickerGroup {
  label: string
  picture?: ReactNode
  options: readonly PickerOption[]
  /** Said below them, for example that there are more. */
  more?: string | undefined
}
