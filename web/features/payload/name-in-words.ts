import { segmentWords } from '../mappings/field-words.ts'
import type { Segment } from '../mappings/paths.ts'

/**
 * The name of something in a payload as people read it: `products`, 0, `product_id` is “Products › First › Product ID”.
 * What a form or a tool calls its own fields says enough without “Fields” before it.
 */
export function nameInWords(path: readonly Segment[]): string {
  const [first, ...rest] = path
  return segmentWords(first === 'fields' && rest.length > 0 ? rest : path).join(' › ')
}
