import { decodeText } from './decode-text.ts'
import { depthMax } from './payload-depth.ts'
import { UnreadablePayload } from './unreadable-payload.ts'

type Tree = Map<string, Node>
type Node = Tree | string[]

/**
 * `a[b][0]=c` as nested data. Repeated names and `a[]` become lists; a name that is both a value and a parent keeps
 * its value under the empty name, as `{ "": "1", b: "2" }`. Everything is text: a form has no other type.
 */
export function parseForm(text: string, charset = 'utf-8'): Record<string, unknown> {
  const root: Tree = new Map()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decodePart(at < 0 ? pair : pair.slice(0, at), charset)
    const value = at < 0 ? '' : decodePart(pair.slice(at + 1), charset)
    place(root, pathOf(name), value)
  }
  return objectOf(root)
}

/** Puts one pair at its place; shared with multipart bodies, whose names have the same brackets. */
export function placePairs(
  pairs: readonly (readonly [name: string, value: string])[],
): Record<string, unknown> {
  const root: Tree = new Map()
  for (const [name, value] of pairs) place(root, pathOf(name), value)
  return objectOf(root)
}

function pathOf(name: string): string[] {
  const bracketed = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name)
  const path = bracketed ? [bracketed[1] ?? '', ...(bracketed[2] ?? '').slice(1, -1).split('][')] : [name]
  if (path.length > depthMax) throw new UnreadablePayload('nested_too_deep', { max: depthMax })
  return path
}

function place(root: Tree, path: readonly string[], value: string): void {
  if (path.includes('__proto__')) return
  // `a[]=x` only says that `a` is a list; between other brackets an empty one is the next free place.
  const steps = path.at(-1) === '' && path.length > 1 ? path.slice(0, -1) : path
  let tree = root
  for (const step of steps.slice(0, -1)) {
    const name = step === '' ? String(tree.size) : step
    const next = tree.get(name)
    const child: Tree = next instanceof Map ? next : new Map(next ? [['', next]] : [])
    tree.set(name, child)
    tree = child
  }
  const last = steps.at(-1) ?? ''
  const held = tree.get(last)
  if (held instanceof Map) held.set('', [value])
  else if (held) held.push(value)
  else tree.set(last, steps === path ? [value] : listOf(value))
}

const forcedLists = new WeakSet<string[]>()

function listOf(value: string): string[] {
  const list = [value]
  forcedLists.add(list)
  return list
}

function objectOf(tree: Tree): Record<string, unknown> {
  return Object.fromEntries([...tree].map(([name, node]) => [name, valueOf(node)]))
}

function valueOf(node: Node): unknown {
  if (!(node instanceof Map)) return node.length === 1 && !forcedLists.has(node) ? node[0] : node
  const isList = node.size > 0 && [...node.keys()].every((name, position) => name === String(position))
  return isList ? [...node.values()].map(valueOf) : objectOf(node)
}

function decodePart(part: string, charset: string): string {
  const spaced = part.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  // Runs of escapes are decoded as a whole, since one character may take several of them.
  const pieces = spaced.split(/((?:%[0-9a-f]{2})+)/i)
  return pieces.map((piece, position) => (position % 2 === 0 ? piece : decodeRun(piece, charset))).join('')
}

function decodeRun(run: string, charset: string): string {
  return decodeText(Buffer.from(run.replaceAll('%', ''), 'hex'), charset)
}
