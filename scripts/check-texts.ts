import { globSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'

/** Something about the page's words that a reader would see. */
export interface TextProblem {
  kind: 'missing' | 'unused' | 'literal' | 'computed'
  /** A key of the catalogue, or the words that stand in the code. */
  text: string
  /** `file:line`, or the catalogue. */
  where: string
}

/** Attributes that are read out or shown. */
const wordy = new Set([
  'title',
  'label',
  'placeholder',
  'alt',
  'aria-label',
  'aria-description',
  'about',
  'help',
])
const plural = /_(zero|one|two|few|many|other)$/

/**
 * Compares the words that the page asks for with those the catalogue has. Keys are written out, or begin with fixed
 * words before what is put in (`role.${role}`): then all keys that begin so count as used.
 */
export function findTextProblems(web: string): TextProblem[] {
  const catalogue = join(web, 'i18n', 'en.json')
  const keys = new Set(
    [...leaves(JSON.parse(readFileSync(catalogue, 'utf8')))].map((key) => key.replace(plural, '')),
  )
  const asked: Use[] = []
  const problems: TextProblem[] = []
  for (const file of globSync('{main.tsx,{app,pages,features,ui,graphql,i18n}/**/*.{ts,tsx}}', {
    cwd: web,
  })) {
    if (file.endsWith('.test.ts') || file.endsWith('.d.ts')) continue
    const source = ts.createSourceFile(
      file,
      readFileSync(join(web, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
      file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    )
    read(source, asked, problems)
  }
  for (const { key, isWhole, where } of asked) {
    const found = isWhole ? keys.has(key) : [...keys].some((each) => each.startsWith(key))
    if (!found) problems.push({ kind: 'missing', text: key, where })
  }
  for (const key of keys) {
    if (!asked.some((use) => (use.isWhole ? use.key === key : key.startsWith(use.key)))) {
      problems.push({ kind: 'unused', text: key, where: relative(web, catalogue) })
    }
  }
  return problems
}

interface Use {
  key: string
  /** False: only how the key begins is known. */
  isWhole: boolean
  where: string
}

/** Every key of the catalogue, with dots between the names. */
function* leaves(tree: unknown, path = ''): Generator<string> {
  if (typeof tree !== 'object' || tree === null) {
    yield path
    return
  }
  for (const [name, below] of Object.entries(tree)) yield* leaves(below, path ? `${path}.${name}` : name)
}

function read(source: ts.SourceFile, asked: Use[], problems: TextProblem[]): void {
  const at = (node: ts.Node) =>
    `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`
  const ask = (node: ts.Node | undefined): void => {
    if (!node) return
    if (ts.isStringLiteralLike(node)) asked.push({ key: node.text, isWhole: true, where: at(node) })
    else if (ts.isTemplateExpression(node) && node.head.text.includes('.')) {
      asked.push({ key: node.head.text, isWhole: false, where: at(node) })
    } else if (ts.isConditionalExpression(node)) {
      ask(node.whenTrue)
      ask(node.whenFalse)
    } else problems.push({ kind: 'computed', text: node.getText(source), where: at(node) })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(source)
      if (callee === 't' || callee === 'i18next.t') ask(node.arguments[0])
      if (callee === 'wordOf' && node.arguments[0] && ts.isStringLiteralLike(node.arguments[0])) {
        asked.push({ key: `${node.arguments[0].text}.`, isWhole: false, where: at(node) })
      }
    }
    if (ts.isJsxAttribute(node) && node.initializer) {
      const name = node.name.getText(source)
      const { initializer } = node
      if (name === 'i18nKey') ask(ts.isJsxExpression(initializer) ? initializer.expression : initializer)
      else if (wordy.has(name) && ts.isStringLiteral(initializer) && hasWords(initializer.text)) {
        problems.push({ kind: 'literal', text: initializer.text, where: at(node) })
      }
    }
    if (ts.isJsxText(node) && hasWords(node.text)) {
      problems.push({ kind: 'literal', text: node.text.trim(), where: at(node) })
    }
    ts.forEachChild(node, visit)
  }
  // The one place where a key is put together from a code of the hub.
  if (source.fileName !== 'i18n/word-of.ts') visit(source)
}

function hasWords(text: string): boolean {
  return /\p{L}/u.test(text)
}

if (import.meta.main) {
  const say = {
    missing: 'is asked for, and the catalogue does not have it',
    unused: 'is in the catalogue, and nothing asks for it',
    literal: 'is written into the code: give it a key in web/i18n/en.json',
    computed: 'cannot be followed: write the key out, or at least how it begins',
  }
  const problems = findTextProblems(resolve(import.meta.dirname, '..', 'web'))
  for (const { kind, text, where } of problems) console.log(`${where}  “${text}” ${say[kind]}.`)
  process.exitCode = problems.length > 0 ? 1 : 0
}
