import { builder } from '../graphql/builder.ts'
import { loadOptional } from '../graphql/loaders.ts'
import { ContactType, DeliveryType, EventType, FlowType, RunType } from '../graphql/refs.ts'
import { InputInvalid } from '../input-invalid.ts'
import { runsPerDay } from './runs-per-day.ts'
import type { DayOfRuns } from './runs-per-day.ts'

/** A run has at most a hundred steps; replays of some of them stand beside. */
const DELIVERIES_MAX = 200

RunType.implement({
  description: 'One contact’s way through one flow version.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    flowId: t.exposeID('flowId'),
    flow: t.field({
      type: FlowType,
      nullable: true,
      description: 'Absent once it has been deleted.',
      resolve: ({ flowId }, _args, { load }) => load.flows.load(flowId),
    }),
    flowVersion: t.exposeInt('flowVersion'),
    entryKey: t.exposeString('entryKey', { description: 'One run per flow and entry key.' }),
    event: t.field({
      type: EventType,
      nullable: true,
      description: 'What it began with.',
      resolve: ({ eventId }, _args, { load }) => load.events.load(eventId),
    }),
    contact: t.field({
      type: ContactType,
      nullable: true,
      resolve: ({ contactId }, _args, { load }) => loadOptional(load.contacts, contactId),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    deliveries: t.field({
      type: [DeliveryType],
      description: 'What its steps carry out, replays included, newest first.',
      resolve: ({ id, eventId }, _args, { deps }) =>
        deps.deliveries.page({ runId: id, eventId }, undefined, DELIVERIES_MAX),
    }),
  }),
})

builder.queryField('run', (t) =>
  t.field({
    type: RunType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.runs.find(id),
  }),
)

const DAYS_MAX = 31

const DayOfRunsType = builder.objectRef<DayOfRuns>('DayOfRuns').implement({
  description: 'How often a flow ran on one day.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    day: t.exposeString('day', { description: 'Such as 2026-11-26, in the time zone that was asked for.' }),
    count: t.exposeInt('count'),
  }),
})

builder.objectField(FlowType, 'runsPerDay', (t) =>
  t.field({
    type: [DayOfRunsType],
    description: 'How often it ran on each of the last days, today last.',
    complexity: ({ days }) => Math.max(1, Number(days)),
    args: {
      days: t.arg.int({ required: true, defaultValue: 7, description: `At most ${DAYS_MAX}.` }),
      timeZone: t.arg.string({
        required: true,
        defaultValue: 'UTC',
        description: 'Where days begin and end, such as Europe/Madrid.',
      }),
    },
    resolve: ({ id }, { days, timeZone }, { deps }) => {
      if (days < 1 || days > DAYS_MAX)
        throw new InputInvalid([{ path: 'days', message: `must be between 1 and ${DAYS_MAX}` }])
      if (!isTimeZone(timeZone))
        throw new InputInvalid([{ path: 'timeZone', message: 'is no time zone; one is Europe/Madrid' }])
      return runsPerDay(deps.runs, id, { days, timeZone, now: deps.now() })
    },
  }),
)

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
