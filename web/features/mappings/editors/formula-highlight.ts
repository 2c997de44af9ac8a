import { Decoration, MatchDecorator, ViewPlugin } from '@codemirror/view'
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view'
import css from './code-editor.module.css'

/** What JSONata is made of, in the order in which it is told apart. */
const tokens = [
  ['comment', String.raw`\/\*.*?\*\/`],
  ['text', String.raw`"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?`],
  ['name', '`[^`]*`?'],
  ['call', String.raw`\$[A-Za-z_]\w*|\$\$?`],
  ['number', String.raw`\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b`],
  ['word', String.raw`\b(?:and|or|in|true|false|null|function)\b`],
  ['sign', String.raw`:=|!=|<=|>=|~>|[&|=<>+*/%?:^@#]`],
] as const

const marks = tokens.map(([kind]) => Decoration.mark({ class: css[kind] ?? '' }))

const decorator = new MatchDecorator({
  regexp: new RegExp(tokens.map(([, pattern]) => `(${pattern})`).join('|'), 'g'),
  decoration: (match) => marks[match.slice(1).findIndex((part) => part !== undefined)] ?? null,
})

/** Colours a formula by what its parts are. */
export const formulaHighlight = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = decorator.createDeco(view)
    }

    update(update: ViewUpdate): void {
      this.decorations = decorator.updateDeco(update, this.decorations)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)
