import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import type { Json, ResultOf } from '../../graphql/graphql.ts'
import { isRecord } from '../../graphql/json.ts'
import type { JsonRecord } from '../../graphql/json.ts'
import { useData } from '../../graphql/use-data.ts'
import { useKept } from '../../graphql/use-kept.ts'
import { ContactNameFields, contactWords } from '../contacts/ContactName.tsx'
import { pathOf } from './paths.ts'
import { pathsWithin } from './readable-fields.ts'
import { usePlace } from './place.ts'

const EventsQuery = graphql(
  `
    query MappingEvents($filter: EventFilter!) {
      events(first: 20, filter: $filter) {
        items {
          id
          name
          recordedAt
          properties
          connection {
            connector {
              name
              logo
            }
          }
          contact {
            fields {
              name
            }
            ...ContactNameFields
          }
        }
      }
    }
  `,
  [ContactNameFields],
)
const SampleQuery = graphql(`
  query MappingSample($eventId: ID!) {
    mappingSample(eventId: $eventId)
  }
`)
const PresetsQuery = graphql(`
  query MappingPresets($from: String, $to: String) {
    presets(from: $from, to: $to) {
      events
      sample
    }
  }
`)

export type SampleEvent = ResultOf<typeof EventsQuery>['events']['items'][number]

/** Stand-ins for a real event. */
export const WITHOUT_EMAIL = 'without-email'
export const MADE_UP = 'made-up'

/** For whom the editor shows values. */
export interface Shown {
  /** An event's id, or a stand-in. */
  choice: string
  /** Who it is. */
  person: string
  event: SampleEvent | undefined
  /** What a mapping reads for them. */
  input: JsonRecord
  /** How the hub is asked about them. */
  asked: { eventId: string } | { sample: JsonRecord }
}

export interface Samples {
  shown: Shown | undefined
  /** The last real events, newest first. */
  events: readonly SampleEvent[]
  choice: string
  choose: (choice: string) => void
  /** What the last events had to read, whoever is shown. */
  seenPaths: readonly string[]
  failure: string | undefined
  isLoading: boolean
  reload: () => void
}

/** The last real events that feed a mapping, and who is shown of them; a made-up one until there are any. */
export function useSamples(of: {
  eventTypes: readonly string[]
  sourceConnectionId: string | undefined
  sourceConnectorId: string | undefined
  connectorId: string
  pause: boolean
}): Samples {
  const { t } = useTranslation()
  const place = usePlace()
  const filter = {
    ...(of.sourceConnectionId ? { connectionId: of.sourceConnectionId } : {}),
    ...(of.eventTypes.length > 0 ? { names: [...of.eventTypes] } : {}),
  }
  const list = useData(EventsQuery, { filter }, of.pause)
  const events = list.data?.events.items ?? noEvents
  const choice = place.shown ?? events[0]?.id ?? MADE_UP
  const eventId = choice === WITHOUT_EMAIL ? (events[0]?.id ?? '') : choice
  const isReal = eventId !== '' && eventId !== MADE_UP
  const real = useData(SampleQuery, { eventId }, of.pause || list.isLoading || !isReal)
  const presets = useData(
    PresetsQuery,
    of.sourceConnectorId ? { from: of.sourceConnectorId } : { to: of.connectorId },
    of.pause || list.isLoading || isReal,
  )
  const seenPaths = useMemo(() => events.flatMap(pathsOfEvent), [events])

  const event = events.find(({ id }) => id === choice)
  const input = isReal
    ? real.data?.mappingSample
    : presets.data && madeUp(presets.data.presets, of.eventTypes)
  const chosen = isRecord(input) ? shownFor(input) : undefined
  // The one before is shown until all of the next one is there.
  const shown = useKept(chosen)
  const failed = [list, real, presets].find(({ failure }) => failure !== undefined)

  function shownFor(whole: JsonRecord): Shown {
    if (choice === WITHOUT_EMAIL) {
      const sample = withoutEmail(whole)
      return {
        choice,
        person: t('mapping.sample.withoutEmail'),
        event: undefined,
        input: sample,
        asked: { sample },
      }
    }
    if (!isReal) {
      return {
        choice,
        person: t('mapping.sample.madeUp'),
        event: undefined,
        input: whole,
        asked: { sample: whole },
      }
    }
    const named = event?.contact ? contactWords(event.contact) : undefined
    return { choice, person: named ?? t('contact.unnamed'), event, input: whole, asked: { eventId } }
  }

  return {
    shown,
    events,
    choice,
    choose: (next) => place.go({ shown: next }),
    seenPaths,
    failure: chosen ? undefined : failed?.failure,
    isLoading: !shown && !failed,
    reload() {
      list.reload()
      if (isReal) real.reload()
    },
  }
}

const noEvents: readonly SampleEvent[] = []

function pathsOfEvent({ properties, contact }: SampleEvent): string[] {
  const known = contact?.fields.map(({ name }) => pathOfContactField(name)) ?? []
  return [...known, ...pathsWithin(properties, ['event', 'properties']).slice(1)]
}

/** Grouped names are kept as one with a dot, and read as one inside the other. */
function pathOfContactField(name: string): string {
  const [group = '', ...rest] = name.split('.')
  return pathOf(['contact', group, ...(rest.length > 0 ? [rest.join('.')] : [])])
}

/** The sample of a ready-made mapping for one of these events; else the first there is, under their name; else an empty one. */
function madeUp(
  presets: readonly { events: readonly string[]; sample: Json }[],
  eventTypes: readonly string[],
): Json {
  const fitting = presets.find(({ events }) => events.some((name) => eventTypes.includes(name)))
  const sample = (fitting ?? presets[0])?.sample ?? { event: {} }
  const [name] = eventTypes
  if (fitting || !isRecord(sample) || !isRecord(sample['event']) || name === undefined) return sample
  return { ...sample, event: { ...sample['event'], name, properties: {} } }
}

function withoutEmail(input: JsonRecord): JsonRecord {
  const { event, contact } = input
  return {
    ...input,
    ...(isRecord(contact) ? { contact: without(contact, 'email') } : {}),
    ...(isRecord(event) && isRecord(event['contact'])
      ? { event: { ...event, contact: without(event['contact'], 'email') } }
      : {}),
  }
}

function without(record: JsonRecord, name: string): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name))
}
