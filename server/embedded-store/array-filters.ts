import { StoreError } from './errors.ts'
import { fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import type { ValueTest } from './compare-tests.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { compileFilter } from './match.ts'
import { showValue } from './show-value.ts'
import type { ArrayFilters } from './update-tree.ts'

/** The array filters of an update, and the watch that each is used and each one used exists. */
export interface CompiledArrayFilters {
  readonly tests: ArrayFilters
  readonly checkUse: {
    /** Notes the identifiers in an update path. @throws StoreError BadValue for one without a filter. */
    path: (path: string) => void
    /** Once all paths were noted. @throws StoreError FailedToParse for a filter no path used. */
    all: (update: Doc) => void
  }
}

/** Compiles `arrayFilters`: each is a filter over elements under a name of its own, used in paths as `$[name]`. */
export function compileArrayFilters(
  filters: readonly Value[],
  context: ExpressionContext,
): CompiledArrayFilters {
  const tests = new Map<string, ValueTest>()
  for (const filter of filters) {
    if (!isDoc(filter)) throw new StoreError('TypeMismatch', 'Each array filter must be an object')
    const identifier = identifierOf(filter)
    if (tests.has(identifier)) {
      throw new StoreError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      )
    }
    const matches = compileFilter(filter, context)
    tests.set(identifier, (element) => {
      const wrapper = newDoc()
      if (element !== undefined) wrapper[fieldKey(identifier)] = element
      return matches(wrapper)
    })
  }
  const unused = new Set(tests.keys())
  return {
    tests,
    checkUse: {
      path: (path) => {
        for (const name of path.split('.')) {
          if (!name.startsWith('$[') || name === '$[]') continue
          const identifier = name.slice(2, -1)
          if (!tests.has(identifier)) {
            throw new StoreError(
              'BadValue',
              `No array filter found for identifier '${identifier}' in path '${path}'`,
            )
          }
          unused.delete(identifier)
        }
      },
      all: (update) => {
        const [identifier] = unused
        if (identifier === undefined) return
        throw new StoreError(
          'FailedToParse',
          `The array filter for identifier '${identifier}' was not used in the update ${showValue(update)}`,
        )
      },
    },
  }
}

/** The one name all the paths of an array filter begin with. */
function identifierOf(filter: Doc): string {
  const names = new Set<string>()
  collectNames(filter, names)
  const [identifier, second] = names
  if (identifier === undefined) {
    throw new StoreError(
      'FailedToParse',
      'Cannot use an expression without a top-level field name in arrayFilters',
    )
  }
  if (second !== undefined) {
    throw new StoreError(
      'FailedToParse',
      'Error parsing array filter :: caused by :: Expected a single top-level field name, found ' +
        `'${identifier}' and '${second}'`,
    )
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
    throw new StoreError(
      'BadValue',
      'Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string ' +
        `beginning with a lowercase letter, found '${identifier}'`,
    )
  }
  return identifier
}

function collectNames(filter: Doc, names: Set<string>): void {
  for (const key in filter) {
    const value = filter[key]
    if (!key.startsWith('$')) names.add(fieldName(key).split('.', 1)[0] ?? '')
    else if (Array.isArray(value)) for (const branch of value) if (isDoc(branch)) collectNames(branch, names)
  }
}
