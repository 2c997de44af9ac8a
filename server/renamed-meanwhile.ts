import { HubError } from './errors.ts'

/** Somebody else gave it another name since it was looked at. */
export class RenamedMeanwhile extends HubError {
  readonly code = 'renamed_meanwhile'
  readonly nameNow: string

  constructor(nameNow: string) {
    super(
      `Somebody else renamed this to “${nameNow}” meanwhile. To call it something else, say that you have seen this name.`,
    )
    this.nameNow = nameNow
  }
}

/** For a change that gives a name: only where it still has the one that was seen, or has the new one already. */
export function stillNamed(
  seen: string | null | undefined,
  name: string | null | undefined,
): readonly string[] | undefined {
  return typeof seen === 'string' && typeof name === 'string' ? [seen, name] : undefined
}
