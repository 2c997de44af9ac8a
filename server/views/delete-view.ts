import type { WorkspaceDeps } from '../deps.ts'
import { ViewNotFound } from './view-errors.ts'

/** Removes a view for everybody in the workspace; what it showed stays. */
export async function deleteView(
  { views }: Pick<WorkspaceDeps, 'views'>,
  id: string,
): Promise<{ id: string }> {
  if (!(await views.remove(id))) throw new ViewNotFound(id)
  return { id }
}
