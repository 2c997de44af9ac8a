import { StoreError } from './errors.ts'
import { Regex, fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import { bitTest } from './bit-tests.ts'
import { equalTest, inTest, rangeTest } from './compare-tests.ts'
import type { ValueTest } from './compare-tests.ts'
import { compileExpression } from './expression.ts'
import type { ExpressionContext } from './expression-scope.ts'
import { isTruthy } from './is-truthy.ts'
import { compileJsonSchema } from './json-schema.ts'
import { somewhere } from './path-walk.ts'
import type { Predicate, Trace, TracingTest } from './path-walk.ts'
import { parsePath } from './paths.ts'
import type { Path } from './paths.ts'
import { regexTest } from './regex.ts'
import { modTest, regexOf, sizeTest, typeTest } from './value-tests.ts'

/** A compiled filter. Give a `trace` only when the position of the matching array element is wanted. */
export interface Filter {
  (doc: Doc, trace?: Trace): boolean
  /** The top-level fields it looks at; undefined when it may look at any. */
  readonly fields: ReadonlySet<string> | undefined
}

/**
 * One condition on a field, in the two ways MongoDB applies it: along a path from a document (looking into arrays),
 * and on a single value (an element `$elemMatch` holds in hand).
 */
interface Clause {
  readonly onPath: (path: Path) => Predicate
  readonly onValue: TracingTest
}

/**
 * Compiles a query filter.
 * @param context variables of the command's `let` and the clock, for `$expr`.
 * @throws StoreError for anything MongoDB would refuse, and, by name, for what this store does not serve.
 */
export function compileFilter(filter: Doc, context: ExpressionContext = {}): Filter {
  const fields = new Set<string>()
  const compiler = new FilterCompiler(context, fields)
  const predicate = compiler.conjunction(filter)
  return Object.assign((doc: Doc, trace?: Trace) => predicate(doc, trace), {
    fields: compiler.anyField ? undefined : fields,
  })
}

/** The condition of an `$elemMatch`, a `$pull` or a projection, as a test of one array element. */
export function compileElementTest(condition: Doc, context: ExpressionContext = {}): ValueTest {
  return new FilterCompiler(context, new Set()).elementPredicate('', condition)
}

const unservedOperators: ReadonlyMap<string, string> = new Map([
  ['$where', 'it would run JavaScript inside the store; use $expr'],
  ['$text', 'there are no text indexes; use $regex'],
  ['$sampleRate', 'use the aggregation stage $sample'],
  ['$near', 'there are no geo indexes'],
  ['$nearSphere', 'there are no geo indexes'],
  ['$geoNear', 'there are no geo indexes'],
  ['$geoWithin', 'there are no geo indexes'],
  ['$geoIntersects', 'there are no geo indexes'],
  ['$within', 'there are no geo indexes'],
])

function refuseUnserved(operator: string): void {
  const reason = unservedOperators.get(operator)
  if (reason) {
    throw new StoreError('CommandNotSupported', `${operator} is not served by the embedded store: ${reason}`)
  }
}

/** A document that begins with an operator; `$ref`, `$id` and `$db` begin a pointer to a document instead. */
export function isOperatorDoc(value: Value | undefined): value is Doc {
  if (!isDoc(value)) return false
  for (const key in value) {
    return key.charCodeAt(0) === 36 && key !== '$ref' && key !== '$id' && key !== '$db'
  }
  return false
}

class FilterCompiler {
  readonly context: ExpressionContext
  readonly fields: Set<string>
  anyField = false

  constructor(context: ExpressionContext, fields: Set<string>) {
    this.context = context
    this.fields = fields
  }

  conjunction(filter: Doc): Predicate {
    const predicates: Predicate[] = []
    for (const key in filter) {
      const value = filter[key]
      if (value === undefined) continue
      if (key.charCodeAt(0) === 36 && key !== '$ref' && key !== '$id' && key !== '$db') {
        const predicate = this.topLevel(key, value)
        if (predicate) predicates.push(predicate)
      } else {
        this.field(fieldName(key), value, predicates)
      }
    }
    return every(predicates)
  }

  private topLevel(operator: string, value: Value): Predicate | undefined {
    switch (operator) {
      case '$and':
        return every(this.branches(operator, value))
      case '$or':
        return some(this.branches(operator, value))
      case '$nor': {
        const branches = this.branches(operator, value)
        return (doc) => {
          for (const branch of branches) if (branch(doc, undefined)) return false
          return true
        }
      }
      case '$expr': {
        this.anyField = true
        const expression = compileExpression(value, this.context)
        return (doc) => isTruthy(expression(doc))
      }
      case '$jsonSchema': {
        this.anyField = true
        return compileJsonSchema(value)
      }
      case '$comment':
        return undefined
      case '$alwaysTrue':
        return () => true
      case '$alwaysFalse':
        return () => false
      default:
        refuseUnserved(operator)
        throw new StoreError(
          'BadValue',
          `unknown top level operator: ${operator}. If you have a field name that starts with a '$' symbol, ` +
            'consider using $getField or $setField.',
        )
    }
  }

  private branches(operator: string, value: Value): Predicate[] {
    if (!Array.isArray(value)) throw new StoreError('BadValue', `${operator} must be an array`)
    if (value.length === 0) throw new StoreError('BadValue', '$and/$or/$nor must be a nonempty array')
    return value.map((branch) => {
      if (!isDoc(branch)) throw new StoreError('BadValue', '$or/$and/$nor entries need to be full objects')
      return this.conjunction(branch)
    })
  }

  private field(name: string, value: Value, predicates: Predicate[]): void {
    const path = parsePath(name)
    this.fields.add(path.keys[0] ?? '')
    if (isOperatorDoc(value)) {
      for (const clause of this.operators(name, value)) predicates.push(clause.onPath(path))
    } else if (value instanceof Regex) {
      predicates.push(anywhere(regexTest(value)).onPath(path))
    } else {
      predicates.push(anywhere(equalTest(value)).onPath(path))
    }
  }

  /** The conditions in a document of operators, such as `{ $gt: 1, $lt: 5 }`. */
  operators(name: string, conditions: Doc): Clause[] {
    const clauses: Clause[] = []
    for (const operator in conditions) {
      const operand = conditions[operator]
      if (operand === undefined || operator === '$comment') continue
      if (operator === '$options') {
        if (conditions['$regex'] === undefined) throw new StoreError('BadValue', '$options needs a $regex')
        continue
      }
      clauses.push(this.operator(name, operator, operand, conditions))
    }
    return clauses
  }

  private operator(name: string, operator: string, operand: Value, siblings: Doc): Clause {
    switch (operator) {
      case '$eq':
        return anywhere(equalTest(operand))
      case '$ne':
        if (operand instanceof Regex) throw new StoreError('BadValue', "Can't have regex as arg to $ne.")
        return negated([anywhere(equalTest(operand))])
      case '$gt':
      case '$gte':
      case '$lt':
      case '$lte':
        return anywhere(rangeTest(operator, operand))
      case '$in':
        return anywhere(inTest(listOf(operator, operand)))
      case '$nin':
        return negated([anywhere(inTest(listOf(operator, operand)))])
      case '$exists': {
        const exists = anywhere((value) => value !== undefined)
        return isTruthy(operand) ? exists : negated([exists])
      }
      case '$type':
        return anywhere(typeTest(name, operand))
      case '$regex':
        return anywhere(regexTest(regexOf(operand, siblings['$options'])))
      case '$not':
        return negated(this.negatedOperand(name, operand))
      case '$size':
        return onWhole(sizeTest(operand))
      case '$mod':
        return anywhere(modTest(operand))
      case '$all':
        return this.all(name, operand)
      case '$elemMatch':
        return onWhole(this.elemMatch(name, operand))
      case '$bitsAllSet':
      case '$bitsAllClear':
      case '$bitsAnySet':
      case '$bitsAnyClear':
        return anywhere(bitTest(operator, operand))
      default:
        refuseUnserved(operator)
        throw new StoreError('BadValue', `unknown operator: ${operator}`)
    }
  }

  private negatedOperand(name: string, operand: Value): Clause[] {
    if (operand instanceof Regex) return [anywhere(regexTest(operand))]
    if (!isDoc(operand)) throw new StoreError('BadValue', '$not needs a regex or a document')
    const clauses = this.operators(name, operand)
    if (clauses.length === 0) throw new StoreError('BadValue', '$not cannot be empty')
    return clauses
  }

  private all(name: string, operand: Value): Clause {
    if (!Array.isArray(operand)) throw new StoreError('BadValue', '$all needs an array')
    const first = operand[0]
    if (first === undefined) return anywhere(() => false)
    if (isDoc(first) && first['$elemMatch'] !== undefined) {
      return conjunctionOf(
        operand.map((item) => {
          const condition = isDoc(item) ? item['$elemMatch'] : undefined
          if (condition === undefined)
            throw new StoreError('BadValue', '$all/$elemMatch has to be consistent')
          return onWhole(this.elemMatch(name, condition))
        }),
      )
    }
    return conjunctionOf(
      operand.map((item) => {
        if (isOperatorDoc(item)) throw new StoreError('BadValue', 'no $ expressions in $all')
        return anywhere(item instanceof Regex ? regexTest(item) : equalTest(item))
      }),
    )
  }

  /** Whether some element of an array meets all the conditions at once. */
  private elemMatch(name: string, operand: Value): TracingTest {
    if (!isDoc(operand)) throw new StoreError('BadValue', '$elemMatch needs an Object')
    const onElement = this.elementPredicate(name, operand)
    return (value, trace) => {
      if (!Array.isArray(value)) return false
      for (let index = 0; index < value.length; index++) {
        if (!onElement(value[index])) continue
        if (trace) trace.position = index
        return true
      }
      return false
    }
  }

  elementPredicate(name: string, conditions: Doc): ValueTest {
    const first = Object.keys(conditions)[0]
    const isLogical = first === '$and' || first === '$or' || first === '$nor' || first === '$expr'
    if (isOperatorDoc(conditions) && !isLogical && first !== '$where') {
      const clauses = this.operators(name, conditions)
      return (element) => {
        for (const clause of clauses) if (!clause.onValue(element, undefined)) return false
        return true
      }
    }
    // The fields of the elements are not fields of the document.
    const inner = new FilterCompiler(this.context, new Set()).conjunction(conditions)
    return (element) => {
      if (Array.isArray(element)) return inner(asDoc(element), undefined)
      return isDoc(element) && inner(element, undefined)
    }
  }
}

/** MongoDB treats an array inside an array as a document with the fields 0, 1, 2 and so on. */
function asDoc(items: readonly Value[]): Doc {
  const doc = newDoc()
  items.forEach((item, index) => {
    doc[fieldKey(String(index))] = item
  })
  return doc
}

function every(predicates: readonly Predicate[]): Predicate {
  const [first, second] = predicates
  if (!first) return () => true
  if (!second) return first
  if (predicates.length === 2) return (doc, trace) => first(doc, trace) && second(doc, trace)
  return (doc, trace) => {
    for (const predicate of predicates) if (!predicate(doc, trace)) return false
    return true
  }
}

function some(predicates: readonly Predicate[]): Predicate {
  return (doc, trace) => {
    for (const predicate of predicates) if (predicate(doc, trace)) return true
    return false
  }
}

function negated(clauses: readonly Clause[]): Clause {
  return {
    onPath: (path) => {
      const inner = every(clauses.map((clause) => clause.onPath(path)))
      return (doc) => !inner(doc, undefined)
    },
    onValue: (value) => !clauses.every((clause) => clause.onValue(value, undefined)),
  }
}

function conjunctionOf(clauses: readonly Clause[]): Clause {
  return {
    onPath: (path) => every(clauses.map((clause) => clause.onPath(path))),
    onValue: (value, trace) => clauses.every((clause) => clause.onValue(value, trace)),
  }
}

/** A condition any value at the path may meet: where an array lies at its end, each element and the array itself. */
function anywhere(test: ValueTest): Clause {
  return { onPath: (path) => somewhere(path, test, true), onValue: test }
}

/** A condition on the array at the end of the path as a whole. */
function onWhole(test: TracingTest): Clause {
  return { onPath: (path) => somewhere(path, test, false), onValue: test }
}

function listOf(operator: string, operand: Value): readonly Value[] {
  if (!Array.isArray(operand)) throw new StoreError('BadValue', `${operator} needs an array`)
  for (const item of operand) {
    if (isOperatorDoc(item)) throw new StoreError('BadValue', `cannot nest $ under ${operator}`)
  }
  return operand
}
