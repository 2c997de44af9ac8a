import { z } from '#sdk'

/** A tag's name. A hyphen in front would take the tag off instead of putting it on. */
export const tagName = z
  .string()
  .trim()
  .min(1)
  .regex(
    /^[^-,][^,]*$/,
    'must not begin with a hyphen or hold a comma: Mautic would read it as something else',
  )
