import { useNavigate, useSearch } from '@tanstack/react-router'

/** What the editor shows, as it stands in the address of the page it is on. */
export interface MappingPlace {
  /** The target field that is open. */
  field?: string
  /** For whom the values are shown: an event's id, or one of the stand-ins. */
  shown?: string
}

/** For the route of a page with the editor on it. */
export function mappingPlace({ field, shown }: Record<string, unknown>): MappingPlace {
  return {
    ...(typeof field === 'string' && field ? { field } : {}),
    ...(typeof shown === 'string' && shown ? { shown } : {}),
  }
}

export function usePlace(): MappingPlace & { go: (change: MappingPlace) => void } {
  const place = mappingPlace({ ...useSearch({ strict: false }) })
  const navigate = useNavigate()
  return {
    ...place,
    go: (change) =>
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
  }
}
