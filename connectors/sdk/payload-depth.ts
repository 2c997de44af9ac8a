import { UnreadablePayload } from './unreadable-payload.ts'

/** Deeper nesting than this is an attack or a mistake, and would hurt whatever walks through it later. */
export const depthMax = 100

/** Counts brackets outside of strings, before anything recursive sees the text. */
export function refuseDepth(text: string): void {
  if (!mayBeTooDeep(text)) return
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at)
    if (inString) {
      if (char === 0x5c) at += 1
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x7b || char === 0x5b) {
      depth += 1
      if (depth > depthMax) throw new UnreadablePayload('nested_too_deep', { max: depthMax })
    } else if (char === 0x7d || char === 0x5d) depth -= 1
  }
}

/** Most payloads have too few brackets for it, wherever those stand, and that is quickly seen. */
function mayBeTooDeep(text: string): boolean {
  let brackets = 0
  for (const opening of ['{', '[']) {
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
      brackets += 1
      if (brackets > depthMax) return true
    }
  }
  return false
}
