import { StoreError } from './errors.ts'
import type { Doc, Value } from './bson-types.ts'
import type { ExpressionContext } from './expression-scope.ts'

export function compileDocumentStages(
  _stages: readonly Value[],
  _context: ExpressionContext,
): (doc: Doc) => Doc {
  throw new StoreError('NotImplemented', 'Pipeline updates')
}
