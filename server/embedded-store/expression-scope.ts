import { StoreError } from './errors.ts'
import type { Doc, Value } from './bson-types.ts'

/** What an expression may refer to besides the document: the command's `let` and the clock (for `$$NOW`). */
export interface ExpressionContext {
  readonly let?: Doc | undefined
  readonly now?: Date | undefined
}

/** One variable in reach, and behind it those of the outer scopes. `ROOT` ends the chain. */
export interface Scope {
  readonly name: string
  readonly value: Value | undefined
  readonly outer: Scope | undefined
}

/** A compiled expression; undefined means a missing value. */
export type Expression = (scope: Scope) => Value | undefined

/** What the compiler of an expression knows: the variables declared so far. */
export interface Names {
  readonly declared: ReadonlySet<string>
}

const systemNames = ['ROOT', 'CURRENT', 'REMOVE', 'NOW', 'DESCEND', 'PRUNE', 'KEEP']

/** The scope for one document. */
export function scopeOf(doc: Value, base: Scope | undefined): Scope {
  return { name: 'CURRENT', value: doc, outer: { name: 'ROOT', value: doc, outer: base } }
}

/** Every variable an expression in this scope may use. */
export function namesIn(scope: Scope | undefined): Set<string> {
  const names = new Set(systemNames)
  for (let at = scope; at; at = at.outer) names.add(at.name)
  return names
}

/** Variables of users begin with a lower-case letter. */
export function checkVariableName(name: string): void {
  if (name === 'CURRENT') return
  if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name)) {
    throw new StoreError(
      'FailedToParse',
      `'${name}' starts with an invalid character for a user variable name`,
    )
  }
}
