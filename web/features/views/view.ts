import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'

export const ViewFields = graphql(`
  fragment ViewFields on View @_unmask {
    id
    name
    connectionId
    eventName
    flowId
    state
    days
    createdByName
  }
`)
export type SavedView = ResultOf<typeof ViewFields>

/** What a list is narrowed down to, as it stands in the address of its page, and the view that it began with. */
export interface ViewSearch {
  view?: string
  connection?: string
  name?: string
  flow?: string
  state?: string
  days?: number
}

/** The same in the words of the API. */
export function filterOf({ connection, name, flow, state, days }: ViewSearch) {
  return {
    connectionId: connection ?? null,
    eventName: name ?? null,
    flowId: flow ?? null,
    state: state ?? null,
    days: days ?? null,
  }
}

/** The address of a view says what it shows, so that the link still leads there when the view is gone. */
export function searchOf({ id, connectionId, eventName, flowId, state, days }: SavedView): ViewSearch {
  return {
    view: id,
    ...(connectionId === null ? {} : { connection: connectionId }),
    ...(eventName === null ? {} : { name: eventName }),
    ...(flowId === null ? {} : { flow: flowId }),
    ...(state === null ? {} : { state }),
    ...(days === null ? {} : { days }),
  }
}

/** Whether the list shows just what the view does. */
export function isAsSaved(search: ViewSearch, view: SavedView): boolean {
  const { connectionId, eventName, flowId, state, days } = filterOf(search)
  return (
    connectionId === view.connectionId &&
    eventName === view.eventName &&
    flowId === view.flowId &&
    state === view.state &&
    days === view.days
  )
}

export function isNarrowed(search: ViewSearch): boolean {
  return Object.values(filterOf(search)).some((value) => value !== null)
}
