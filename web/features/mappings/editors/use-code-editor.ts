import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete'
import type { CompletionSource } from '@codemirror/autocomplete'
import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import type { Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { RefObject } from 'react'

/**
 * A text editor in a part of the page. Tab leaves it, as any other field. What is given besides the value counts as it
 * was when the editor was made; completions are asked for anew each time.
 */
export function useCodeEditor({
  value,
  onChange,
  attributes,
  complete,
  extensions,
  isReadOnly,
  isFresh,
}: {
  value: string
  onChange: (value: string) => void
  attributes: Record<string, string>
  complete: CompletionSource
  extensions: Extension
  isReadOnly: boolean
  /** Takes the focus when it appears. */
  isFresh: boolean
}): { place: RefObject<HTMLDivElement | null>; view: EditorView | undefined } {
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView>()
  const onEdit = useEffectEvent(onChange)
  const onComplete = useEffectEvent(complete)

  const make = useEffectEvent((parent: HTMLElement) => {
    const made = new EditorView({
      parent,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(),
          closeBrackets(),
          autocompletion({ override: [(context) => onComplete(context)], icons: false }),
          keymap.of([...completionKeymap, ...historyKeymap, ...standardKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ ...attributes, spellcheck: 'false' }),
          EditorView.cspNonce.of(styleNonce()),
          EditorState.readOnly.of(isReadOnly),
          typingOver,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onEdit(update.state.doc.toString())
          }),
          extensions,
        ],
      }),
    })
    if (isFresh) {
      made.focus()
      made.dispatch({ selection: { anchor: made.state.doc.length } })
    }
    return made
  })
  useEffect(() => {
    if (!place.current) return undefined
    const made = make(place.current)
    setView(made)
    return () => {
      made.destroy()
      setView(undefined)
    }
  }, [])

  // Undone, or replaced by what somebody else saved.
  useEffect(() => {
    // The editor has one kind of line end: another one is not a change.
    if (view && !view.state.doc.eq(view.state.toText(value))) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } })
    }
  }, [view, value])

  return { place, view }
}

/**
 * Chromium carries the colour of what is typed over into what is typed, by a style in the text that the page's policy
 * refuses with a complaint: so it is not left to the browser.
 */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const isTyped = event.inputType === 'insertText' && event.data !== null
    if (!isTyped || view.composing || view.state.readOnly || view.state.selection.main.empty) return false
    view.dispatch(view.state.replaceSelection(event.data ?? ''), { userEvent: 'input.type' })
    return true
  },
})

/** The page allows no styles but its own and those that carry this. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''
}
