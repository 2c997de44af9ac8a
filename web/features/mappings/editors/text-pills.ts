import { Decoration, EditorView, MatchDecorator, ViewPlugin, WidgetType } from '@codemirror/view'
import type { DecorationSet, ViewUpdate } from '@codemirror/view'
import type { Extension } from '@codemirror/state'
import { placeholder, readValue } from '../text-form.ts'
import css from './code-editor.module.css'

/** Shows each value in a text as a pill that is passed over, and deleted, as one. `wordsOf` names what a path reads. */
export function textPills(wordsOf: (path: string) => string): Extension {
  const decorator = new MatchDecorator({
    regexp: new RegExp(placeholder.source, 'g'),
    decoration: (match) => {
      const value = readValue(match)
      return value ? Decoration.replace({ widget: new PillWidget(wordsOf(value.path), value.path) }) : null
    },
  })
  return ViewPlugin.fromClass(
    class {
      pills: DecorationSet

      constructor(view: EditorView) {
        this.pills = decorator.createDeco(view)
      }

      update(update: ViewUpdate): void {
        this.pills = decorator.updateDeco(update, this.pills)
      }
    },
    {
      decorations: (plugin) => plugin.pills,
      provide: (plugin) =>
        EditorView.atomicRanges.of((view) => view.plugin(plugin)?.pills ?? Decoration.none),
    },
  )
}

class PillWidget extends WidgetType {
  readonly words: string
  readonly path: string

  constructor(words: string, path: string) {
    super()
    this.words = words
    this.path = path
  }

  override eq(other: PillWidget): boolean {
    return other.words === this.words && other.path === this.path
  }

  override toDOM(): HTMLElement {
    const pill = document.createElement('span')
    pill.className = css['pill'] ?? ''
    pill.title = this.path
    pill.textContent = this.words
    return pill
  }
}
