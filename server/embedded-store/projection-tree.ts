import { StoreError } from './errors.ts'
import { fieldKey, fieldName, isDoc, newDoc } from './bson-types.ts'
import type { Doc, Value } from './bson-types.ts'
import type { Expression, Scope } from './expression-scope.ts'

/** What a projection does at the end of a path. */
export type Action =
  | { readonly kind: 'include' }
  | { readonly kind: 'exclude' }
  | { readonly kind: 'compute'; readonly expression: Expression }
  /** Replaces the value that is there; undefined drops the field. */
  | { readonly kind: 'transform'; readonly apply: (value: Value, doc: Doc) => Value | undefined }

/** The actions of a projection, arranged by path. */
export interface ProjectionTree {
  readonly kind: 'branch'
  readonly children: Map<string, ProjectionTree | Action>
  /** Whether something below is computed, so that it must be visited even where the document has nothing. */
  computes: boolean
}

export function newProjectionTree(): ProjectionTree {
  return { kind: 'branch', children: new Map(), computes: false }
}

/** Hangs an action into the tree. @throws StoreError when its path overlaps another one's. */
export function addAction(tree: ProjectionTree, path: string, action: Action): void {
  const names = path.split('.')
  let node = tree
  for (let depth = 0; depth < names.length; depth++) {
    const name = names[depth] ?? ''
    checkName(name, path)
    const key = fieldKey(name)
    const isLast = depth === names.length - 1
    const next = node.children.get(key)
    if (action.kind === 'compute') node.computes = true
    if (isLast) {
      if (next) throw new StoreError(31250, `Path collision at ${path}`)
      node.children.set(key, action)
      return
    }
    if (next && next.kind !== 'branch') {
      throw new StoreError(
        31249,
        `Path collision at ${path} remaining portion ${names.slice(depth + 1).join('.')}`,
      )
    }
    const branch = next ?? newProjectionTree()
    if (!next) node.children.set(key, branch)
    node = branch
  }
}

function checkName(name: string, path: string): void {
  if (name === '') {
    if (path.endsWith('.')) throw new StoreError(40353, "FieldPath must not end with a '.'.")
    throw new StoreError(15998, 'FieldPath field names may not be empty strings.')
  }
  if (name.startsWith('$') && name !== '$id' && name !== '$ref' && name !== '$db') {
    throw new StoreError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    )
  }
}

/** Keeps only what the tree names, in the order of the document; what is computed comes behind. */
export function includeFields(tree: ProjectionTree, doc: Doc, scope: Scope, root: Doc): Doc {
  const result = newDoc()
  for (const key in doc) {
    const child = tree.children.get(key)
    const value = doc[key]
    if (!child || value === undefined || child.kind === 'compute' || child.kind === 'exclude') continue
    const kept =
      child.kind === 'include'
        ? value
        : child.kind === 'transform'
          ? child.apply(value, root)
          : includeIn(child, value, scope, root)
    if (kept !== undefined) result[key] = kept
  }
  if (tree.computes) computeFields(tree, doc, result, scope, root)
  return result
}

function computeFields(tree: ProjectionTree, doc: Doc, result: Doc, scope: Scope, root: Doc): void {
  for (const [key, child] of tree.children) {
    if (child.kind === 'compute') {
      const value = child.expression(scope)
      if (value !== undefined) result[key] = value
    } else if (child.kind === 'branch' && child.computes && doc[key] === undefined) {
      result[key] = includeFields(child, newDoc(), scope, root)
    }
  }
}

function includeIn(tree: ProjectionTree, value: Value, scope: Scope, root: Doc): Value | undefined {
  if (isDoc(value)) return includeFields(tree, value, scope, root)
  if (Array.isArray(value)) {
    const items: Value[] = []
    for (const item of value) {
      const kept = includeIn(tree, item, scope, root)
      if (kept !== undefined) items.push(kept)
    }
    return items
  }
  return tree.computes ? includeFields(tree, newDoc(), scope, root) : undefined
}

/** Keeps everything but what the tree excludes; transforms are applied in place. */
export function excludeFields(tree: ProjectionTree, doc: Doc, root: Doc): Doc {
  const result = newDoc()
  for (const key in doc) {
    const value = doc[key]
    const child = tree.children.get(key)
    if (value === undefined || child?.kind === 'exclude') continue
    const kept =
      child?.kind === 'branch'
        ? excludeIn(child, value, root)
        : child?.kind === 'transform'
          ? child.apply(value, root)
          : value
    if (kept !== undefined) result[key] = kept
  }
  return result
}

function excludeIn(tree: ProjectionTree, value: Value, root: Doc): Value {
  if (isDoc(value)) return excludeFields(tree, value, root)
  return Array.isArray(value) ? value.map((item) => excludeIn(tree, item, root)) : value
}

/** Keeps everything and sets what the tree computes; a missing result removes the field. */
export function addFields(tree: ProjectionTree, doc: Doc, scope: Scope): Doc {
  const result = newDoc()
  for (const key in doc) {
    const value = doc[key]
    if (value !== undefined) result[key] = value
  }
  for (const [key, child] of tree.children) {
    const value = child.kind === 'branch' ? addIn(child, doc[key], scope) : computed(child, scope)
    if (value === undefined) delete result[key]
    else result[key] = value
  }
  return result
}

function computed(action: Action, scope: Scope): Value | undefined {
  return action.kind === 'compute' ? action.expression(scope) : undefined
}

function addIn(tree: ProjectionTree, value: Value | undefined, scope: Scope): Value {
  if (Array.isArray(value)) return value.map((item) => addIn(tree, item, scope))
  return addFields(tree, isDoc(value) ? value : newDoc(), scope)
}

/** A property of a `Doc` joined to the path of its parent. */
export function joinedPath(parent: string, key: string): string {
  return parent === '' ? fieldName(key) : `${parent}.${fieldName(key)}`
}
