import type { WorkspaceDeps } from '../deps.ts'
import { parseViewName } from './parse-view-name.ts'
import { ViewNameTaken, ViewNotFound } from './view-errors.ts'
import { parseViewFilter } from './view-filter.ts'
import type { View } from './view-store.ts'

/** Gives a view another name, or makes it show something else; what is left out stays as it is. */
export async function updateView(
  { views }: Pick<WorkspaceDeps, 'views'>,
  id: string,
  input: { name?: string | null | undefined; filter?: object | null | undefined },
): Promise<View> {
  const view = await views.find(id)
  if (!view) throw new ViewNotFound(id)
  const name = parseViewName(input.name ?? view.name)
  const changed = await views.change(id, {
    ...(input.name ? { name } : {}),
    ...(input.filter ? { filter: parseViewFilter(view.list, input.filter) } : {}),
  })
  if (changed === 'not_found') throw new ViewNotFound(id)
  if (changed === 'name_taken') throw new ViewNameTaken(name)
  return changed
}
