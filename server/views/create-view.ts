import type { WorkspaceDeps } from '../deps.ts'
import { parseViewFilter } from './view-filter.ts'
import type { ViewList } from './view-filter.ts'
import { parseViewName } from './parse-view-name.ts'
import { TooManyViews, ViewNameTaken } from './view-errors.ts'
import type { View } from './view-store.ts'

/** As many as people can still choose from. */
export const VIEWS_MAX = 50

/** Keeps what a list is narrowed down to, for everybody in the workspace. */
export async function createView(
  deps: Pick<WorkspaceDeps, 'views' | 'workspaceId' | 'newId' | 'now'>,
  input: { list: ViewList; name: string; filter: object },
  createdBy: string,
): Promise<View> {
  const { list } = input
  const name = parseViewName(input.name)
  const filter = parseViewFilter(list, input.filter)
  // Two in the same moment may make one more than that, which does no harm.
  if ((await deps.views.count(list)) >= VIEWS_MAX) throw new TooManyViews(VIEWS_MAX)
  const view: View = {
    id: deps.newId('viw'),
    workspaceId: deps.workspaceId,
    list,
    name,
    filter,
    createdAt: deps.now(),
    createdBy,
  }
  if (!(await deps.views.add(view))) throw new ViewNameTaken(name)
  return view
}
