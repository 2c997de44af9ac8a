/** MongoDB's answer to a second document with the same unique value. */
const DUPLICATE_KEY = 11000

/** Whether a write failed because what it would make is there already. */
export function isDuplicate(err: unknown): boolean {
  return err instanceof Error && 'code' in err && err.code === DUPLICATE_KEY
}
