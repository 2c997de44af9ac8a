import jsonata from 'jsonata'

/**
 * Parsing takes JSONata a time that grows with the square of the length for what somebody writes to that end, and this
 * is not the process where formulas may do harm. What is longer counts as reading every step, and so does what comes
 * when so much has been parsed for one mapping.
 */
const charsMax = 4_000
const charsInAllMax = 40_000

/** Without any of these a formula gets at no step: their name, an escaped letter, a wildcard, the root, the focus. */
const mayReadSteps =
  /steps|[\\*%]|\$(?![A-Za-z_])|\$(?:string|boolean|not|clone|lookup|keys|spread|each|sift)\b|\)\s*</

/** What these take from where they stand when they are given fewer arguments. */
const argumentsOf: ReadonlyMap<unknown, number> = new Map([
  ['string', 1],
  ['boolean', 1],
  ['not', 1],
  ['clone', 1],
  ['keys', 1],
  ['spread', 1],
  ['lookup', 2],
  ['each', 2],
  ['sift', 2],
])

/**
 * Ids of the steps whose outputs formulas read, told from how they are built: neither a text nor a comment reads
 * anything. `*` where it cannot be told beforehand which, as in `$lookup(steps, name)`, or when a formula takes the whole
 * input.
 */
export function stepsReadByFormulas(expressions: readonly string[]): ReadonlySet<string> {
  const read = new Set<string>()
  let charsLeft = charsInAllMax
  for (const expression of expressions) {
    if (!mayReadSteps.test(expression)) continue
    charsLeft -= expression.length
    if (expression.length > charsMax || charsLeft < 0) {
      read.add('*')
      continue
    }
    try {
      visit(jsonata(expression).ast(), true, read)
    } catch {
      // It cannot be parsed, or is nested too deeply to be looked through.
      read.add('*')
    }
  }
  return read
}

/** `atRoot`: a name written here is a part of the input as a whole. */
function visit(node: unknown, atRoot: boolean, read: Set<string>): void {
  if (Array.isArray(node)) {
    for (const element of node) visit(element, atRoot, read)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const { type, steps, predicate, stages, group, procedure, ...parts } = fieldsOf(node)
  switch (type) {
    case 'path':
      visitPath(Array.isArray(steps) ? steps : [], atRoot, read)
      break
    case 'variable':
      if (isRoot(node, atRoot)) read.add('*')
      visit([predicate, stages, group], isRoot(node, atRoot), read)
      return
    case 'parent':
      read.add('*')
      return
    case 'wildcard':
    case 'descendant':
      if (atRoot) read.add('*')
      break
    case 'function':
    case 'partial':
      if (atRoot && takesFocus(procedure, parts['arguments'])) read.add('*')
      if (fieldsOf(procedure)['type'] !== 'variable') visit(procedure, atRoot, read)
      break
    case 'bind':
      // Under another name it is not seen with how many arguments it is called.
      if (takesFocus(parts['rhs'], [])) read.add('*')
      break
    case 'apply': {
      const { arguments: others, ...call } = fieldsOf(parts['rhs'])
      if (call['type'] !== 'function' || !Array.isArray(others)) break
      const given: unknown[] = [parts['lhs'], ...others]
      visit({ ...call, arguments: given }, atRoot, read)
      return
    }
    case 'lambda':
      // With a hyphen in its signature it takes what is missing from where it stands.
      if (String(fieldsOf(parts['signature'])['definition']).includes('-')) read.add('*')
      break
    case 'transform':
      // Its names are those of what it is applied to.
      visit(Object.values(parts), false, read)
      return
  }
  visit(Object.values(parts), atRoot, read)
  visit([predicate, stages, group], false, read)
}

function visitPath(steps: readonly unknown[], startsAtRoot: boolean, read: Set<string>): void {
  let atRoot = startsAtRoot
  for (const [at, step] of steps.entries()) {
    const { type, value, stages, predicate, focus } = fieldsOf(step)
    if (atRoot && type === 'name') {
      if (focus !== undefined) read.add('*')
      if (value === 'steps') read.add(stages === undefined ? nameOf(steps[at + 1]) : '*')
      visit([stages, predicate], false, read)
      atRoot = false
    } else if (isRoot(step, atRoot) && fieldsOf(steps[at + 1])['type'] === 'name' && focus === undefined) {
      visit([stages, predicate], true, read)
      atRoot = true
    } else {
      visit(step, atRoot, read)
      atRoot = false
    }
  }
}

function nameOf(step: unknown): string {
  const { type, value } = fieldsOf(step)
  return type === 'name' && typeof value === 'string' ? value : '*'
}

/** `$$` anywhere, and `$` where it means the same. */
function isRoot(node: unknown, atRoot: boolean): boolean {
  const { type, value } = fieldsOf(node)
  return type === 'variable' && (value === '$' || (value === '' && atRoot))
}

function takesFocus(procedure: unknown, given: unknown): boolean {
  const count = argumentsOf.get(fieldsOf(procedure)['value'])
  return count !== undefined && (Array.isArray(given) ? given.length : 0) < count
}

function fieldsOf(node: unknown): Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null ? { ...node } : {}
}
