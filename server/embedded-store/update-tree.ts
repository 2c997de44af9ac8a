import { StoreError } from './errors.ts'
import { fieldKey, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import type { ValueTest } from './compare-tests.ts'
import { showValue } from './show-value.ts'

/** What one run of an update over one document knows. */
export interface UpdateRun {
  /** The document before the update. */
  readonly doc: Doc
  /** The index the filter matched in an array, for the positional `$`; -1 for none. */
  readonly position: number
  /** Whether the document is about to be inserted by an upsert. */
  readonly inserting: boolean
  readonly now: Date
}

/** One operator at the end of one path. */
export interface Leaf {
  readonly kind: 'leaf'
  /** Whether a missing field, and the documents on the way to it, come into being. */
  readonly creates: boolean
  /** The new value: the very same reference for no change, undefined to remove the field. */
  readonly apply: (existing: Value | undefined, run: UpdateRun, path: string) => Value | undefined
  /** Whether it does anything in this run; always, when left out. */
  readonly isActive?: (run: UpdateRun) => boolean
}

interface Child {
  readonly name: string
  readonly key: string
  /** The array index the name means, or -1. */
  readonly index: number
  readonly node: Node
}

interface Branch {
  readonly kind: 'branch'
  readonly children: Map<string, Node>
  /** The children in the order in which they are applied; made once the tree is complete. */
  order: readonly Child[] | undefined
}

type Node = Leaf | Branch

/** The tests of an update's array filters by identifier. */
export type ArrayFilters = ReadonlyMap<string, ValueTest>

/** All operators of one update, arranged by path. Operators on the same or overlapping paths are refused. */
export interface UpdateTree {
  readonly root: Branch
  readonly filters: ArrayFilters
}

export function newUpdateTree(filters: ArrayFilters): UpdateTree {
  return { root: newBranch(), filters }
}

function newBranch(): Branch {
  return { kind: 'branch', children: new Map(), order: undefined }
}

/** Hangs an operator into the tree. @throws StoreError ConflictingUpdateOperators when its path overlaps another. */
export function addLeaf(tree: UpdateTree, path: string, leaf: Leaf): void {
  const names = path.split('.')
  let node = tree.root
  for (let depth = 0; depth < names.length - 1; depth++) {
    const name = names[depth] ?? ''
    const next = node.children.get(name)
    if (next?.kind === 'leaf') throw conflict(path, names.slice(0, depth + 1).join('.'))
    const branch: Branch = next ?? newBranch()
    if (!next) node.children.set(name, branch)
    node = branch
  }
  const last = names.at(-1) ?? ''
  if (node.children.has(last)) throw conflict(path, path)
  node.children.set(last, leaf)
}

function conflict(path: string, at: string): StoreError {
  return new StoreError(
    'ConflictingUpdateOperators',
    `Updating the path '${path}' would create a conflict at '${at}'`,
  )
}

/** Runs the tree over a document: the same reference comes back when nothing changed, otherwise a changed copy. */
export function applyTree(tree: UpdateTree, run: UpdateRun): Doc {
  const result = applyToDoc(tree.root, run.doc, run, tree.filters, '')
  return result ?? newDoc()
}

function childrenOf(branch: Branch): readonly Child[] {
  branch.order ??= Array.from(branch.children, ([name, node]) => ({
    name,
    key: fieldKey(name),
    index: /^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1,
    node,
  })).sort(byName)
  return branch.order
}

/** New fields appear in the order of their names, numbers among them by size. */
function byName(left: Child, right: Child): number {
  if (left.index >= 0 && right.index >= 0) return left.index - right.index
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0
}

function isActive(node: Node, run: UpdateRun): boolean {
  if (node.kind === 'leaf') return node.isActive?.(run) ?? true
  for (const child of childrenOf(node)) if (isActive(child.node, run)) return true
  return false
}

function creates(node: Node, run: UpdateRun): boolean {
  if (node.kind === 'leaf') return node.creates && (node.isActive?.(run) ?? true)
  for (const child of childrenOf(node)) if (creates(child.node, run)) return true
  return false
}

function applyNode(
  node: Node,
  existing: Value | undefined,
  run: UpdateRun,
  filters: ArrayFilters,
  path: string,
): Value | undefined {
  if (node.kind === 'leaf') {
    if (existing === undefined && !node.creates) return undefined
    return node.isActive && !node.isActive(run) ? existing : node.apply(existing, run, path)
  }
  if (Array.isArray(existing)) return applyToArray(node, existing, run, filters, path)
  if (isDoc(existing) || existing === undefined) return applyToDoc(node, existing, run, filters, path)
  for (const { name, node: child } of childrenOf(node)) {
    if (!isActive(child, run)) continue
    if (isFilterName(name)) throw notAnArray(path, existing)
    if (creates(child, run)) throw cannotCreate(nameAt(name, run), path, existing)
  }
  return existing
}

function cannotCreate(field: string, path: string, existing: Value): StoreError {
  const element = `{${lastName(path)}: ${showValue(existing)}}`
  return new StoreError('PathNotViable', `Cannot create field '${field}' in element ${element}`)
}

function notAnArray(path: string, existing: Value | undefined): StoreError {
  if (existing === undefined) {
    return new StoreError(
      'BadValue',
      `The path '${path}' must exist in the document in order to apply array updates.`,
    )
  }
  const element = `{${lastName(path)}: ${showValue(existing)}}`
  return new StoreError('BadValue', `Cannot apply array updates to non-array element ${element}`)
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

function isFilterName(name: string): boolean {
  return name.startsWith('$[')
}

/** The field name a child stands for: the positional `$` becomes the matched index. */
function nameAt(name: string, run: UpdateRun): string {
  if (name !== '$') return name
  if (run.position < 0) {
    throw new StoreError('BadValue', 'The positional operator did not find the match needed from the query.')
  }
  return String(run.position)
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function applyToDoc(
  branch: Branch,
  doc: Doc | undefined,
  run: UpdateRun,
  filters: ArrayFilters,
  path: string,
): Doc | undefined {
  let result = doc
  let copied = false
  for (const child of childrenOf(branch)) {
    const { node } = child
    if (isFilterName(child.name) && isActive(node, run)) throw notAnArray(path, doc)
    const isPositional = child.name === '$'
    const name = isPositional ? nameAt(child.name, run) : child.name
    const key = isPositional ? fieldKey(name) : child.key
    const existing = result?.[key]
    const next = applyNode(node, existing, run, filters, joined(path, name))
    if (next === existing) continue
    if (!copied) {
      result = copyDoc(result)
      copied = true
    }
    if (!result) continue
    if (next === undefined) delete result[key]
    else result[key] = next
  }
  return result
}

/** A shallow copy, to be changed. */
export function copyDoc(doc: Doc | undefined): Doc {
  const copy = newDoc()
  for (const key in doc) {
    const value = doc[key]
    if (value !== undefined) copy[key] = value
  }
  return copy
}

/** Padding an array further than this is refused, so that one typo cannot fill the memory. */
const paddingMax = 1_500_000

function applyToArray(
  branch: Branch,
  items: Value[],
  run: UpdateRun,
  filters: ArrayFilters,
  path: string,
): Value[] {
  let result = items
  for (const [index, node] of elementNodes(branch, items, run, filters, path)) {
    const existing = result[index]
    const applied = applyNode(node, existing, run, filters, joined(path, String(index)))
    if (applied === existing) continue
    // Removing an element would move the others; it becomes null instead.
    const next = applied ?? null
    if (next === existing) continue
    if (index - result.length > paddingMax) {
      throw new StoreError('BadValue', `Cannot backfill array ${path} up to the element ${index}`)
    }
    if (result === items) result = [...items]
    while (result.length < index) result.push(null)
    result[index] = next
  }
  return result
}

/** Which elements of an array an update reaches, with what to do there, in the order of the elements. */
function elementNodes(
  branch: Branch,
  items: readonly Value[],
  run: UpdateRun,
  filters: ArrayFilters,
  path: string,
): Iterable<readonly [number, Node]> {
  const nodes = new Map<number, Node>()
  const add = (index: number, node: Node): void => {
    const present = nodes.get(index)
    nodes.set(index, present ? merged(present, node, joined(path, String(index))) : node)
  }
  for (const { name, index, node } of childrenOf(branch)) {
    if (!isActive(node, run)) continue
    if (isFilterName(name)) {
      const test = name === '$[]' ? undefined : filters.get(name.slice(2, -1))
      items.forEach((item, at) => {
        if (!test || test(item)) add(at, node)
      })
    } else if (name === '$') {
      add(Number(nameAt(name, run)), node)
    } else if (index >= 0) {
      add(index, node)
    } else if (creates(node, run)) {
      throw cannotCreate(name, path, [...items])
    }
  }
  return nodes.size < 2 ? nodes : [...nodes].sort(([left], [right]) => left - right)
}

/** Two parts of an update that meet in one element; they must not touch the same field of it. */
function merged(left: Node, right: Node, path: string): Node {
  if (left === right) return left
  if (left.kind === 'leaf' || right.kind === 'leaf') {
    throw new StoreError('ConflictingUpdateOperators', `Update created a conflict at '${path}'`)
  }
  const children = new Map(left.children)
  for (const [name, node] of right.children) {
    const present = children.get(name)
    children.set(name, present ? merged(present, node, joined(path, name)) : node)
  }
  return { kind: 'branch', children, order: undefined }
}
