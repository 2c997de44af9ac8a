import { segmentWords } from '../mappings/field-words.ts'
import type { Segment } from '../mappings/paths.ts'

/** The name of something in a payload as people read it: `products`, 0, `product_id` is “Products › First › Product ID”. */
export function nameInWords(path: readonly Segment[]): string {
  return segmentWords(path).join(' › ')
}
