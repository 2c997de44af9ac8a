import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'

const ConnectionQuery = graphql(`
  query ChosenConnection($id: ID!) {
    connection(id: $id) {
      id
      name
    }
  }
`)
const FlowQuery = graphql(`
  query ChosenFlow($id: ID!) {
    flow(id: $id) {
      id
      name
    }
  }
`)

interface Named {
  id: string
  name: string
}

/** What a list can be narrowed down by, and whether what it is narrowed down by has been deleted. */
interface FilterChoices {
  choices: readonly { value: string; label: string }[]
  isGone: boolean
}

/** Connections to choose from. The one that an address or a view names is among them, even if it is no longer there. */
export function useConnectionChoices(
  chosen: string | undefined,
  listed: readonly Named[] | undefined,
): FilterChoices {
  const { t } = useTranslation()
  const isElsewhere = isMissingIn(listed, chosen)
  const { data } = useData(ConnectionQuery, { id: chosen ?? '' }, !isElsewhere)
  const found = isElsewhere ? data?.connection : undefined
  return choicesOf(t('events.anyConnection'), listed, chosen, found, t('events.connectionGone'))
}

/** The same for flows; `anyOfThem` says what is listed while none is chosen. */
export function useFlowChoices(
  chosen: string | undefined,
  listed: readonly Named[] | undefined,
  anyOfThem: string,
): FilterChoices {
  const { t } = useTranslation()
  const isElsewhere = isMissingIn(listed, chosen)
  const { data } = useData(FlowQuery, { id: chosen ?? '' }, !isElsewhere)
  const found = isElsewhere ? data?.flow : undefined
  return choicesOf(anyOfThem, listed, chosen, found, t('deliveries.flowGone'))
}

/** It is not among those that are offered: there are more of them than that, or it has been deleted. */
function isMissingIn(listed: readonly Named[] | undefined, chosen: string | undefined): boolean {
  return chosen !== undefined && listed !== undefined && !listed.some(({ id }) => id === chosen)
}

function choicesOf(
  anyOfThem: string,
  listed: readonly Named[] = [],
  chosen: string | undefined,
  /** Nothing where it was not looked for, null where it is not there. */
  found: Named | null | undefined,
  gone: string,
): FilterChoices {
  const more = chosen === undefined || found === undefined ? [] : [{ id: chosen, name: found?.name ?? gone }]
  return {
    choices: [
      { value: '', label: anyOfThem },
      ...[...listed, ...more].map(({ id, name }) => ({ value: id, label: name })),
    ],
    isGone: found === null,
  }
}
