import i18next from 'i18next'
import { conditionWords } from '../conditions/condition-words.ts'
import { eventWords } from '../events/event-words.ts'
import type { Definition, StepDefinition } from './definition.ts'
import type { Tools } from './use-tools.ts'

/** “Order completed · Lamp shop”. */
export function whenWords({ trigger }: Definition, tools: Tools): string {
  if (trigger.events.length === 0) return i18next.t('flow.when.nothing')
  const from =
    trigger.connectionId === null
      ? i18next.t('events.anyConnection')
      : (tools.connection(trigger.connectionId)?.name ?? i18next.t('events.connectionGone'))
  return i18next.t('flow.whenWhat', { events: eventsWords(trigger, tools), from })
}

/** The first few in words, and how many more there are. */
export function eventsWords({ connectionId, events }: Definition['trigger'], tools: Tools): string {
  const named = events
    .slice(0, 3)
    .map((event) => eventName(event, connectionId, tools))
    .join(', ')
  return events.length > 3 ? i18next.t('flow.when.andMore', { named, count: events.length - 3 }) : named
}

/** As the tool's own trigger calls it, where one stands for this event alone. */
function eventName(event: string, connectionId: string | null, tools: Tools): string {
  const own = tools
    .connectorOf(connectionId)
    ?.triggers.find(({ events }) => events.length === 1 && events[0] === event)
  return own?.name ?? eventWords(event)
}

/** “plan is pro and country is DE”, or that everything passes. */
export function onlyIfWords({ filter }: Definition): string {
  return conditionWords(filter) || i18next.t('flow.onlyIf.always')
}

/** Its own name, else what it does where. */
export function stepWords({ name, connectionId, actionId }: StepDefinition, tools: Tools): string {
  if (name) return name
  if (connectionId === '') return i18next.t('flow.do.nothing')
  const where = tools.connection(connectionId)?.name ?? i18next.t('delivery.connectionGone')
  const does = tools.action(connectionId, actionId)?.name ?? actionId
  return does === '' ? where : i18next.t('delivery.title', { does, where })
}
