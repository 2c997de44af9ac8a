import { readPresets } from '../../mappings/presets.ts'
import type { Preset } from '../../mappings/presets.ts'

let held: readonly Preset[] | undefined

/** Every preset of this release, read from disk once. */
export function presetsAtHand(): readonly Preset[] {
  held ??= readPresets()
  return held
}
