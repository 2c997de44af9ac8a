import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { ConnectionType, PollType } from '../graphql/refs.ts'
import { ReasonType } from '../graphql/shared.graphql.ts'
import { isUsable } from '../connections/connection-directory.ts'
import { InputInvalid } from '../input-invalid.ts'
import { PollNotFound } from './poll-errors.ts'
import { pollNow } from './poll-now.ts'
import { nextPollAt, pollState, pollStates } from './poll-state.ts'
import { setPoll } from './set-poll.ts'

const PollStateEnum = builder.enumType('PollState', {
  description:
    'off: a person switched it off. held: the connection is paused, cannot be used or needs a sign-in. running: being made. ' +
    'failing: the last try failed, the next comes by itself. waiting: all is well.',
  values: pollStates,
})

PollType.implement({
  description: 'What a connection asks its vendor for, again and again, beside what the vendor posts.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    connection: t.field({
      type: ConnectionType,
      nullable: true,
      resolve: ({ connectionId }, _args, { load }) => load.connections.load(connectionId),
    }),
    name: t.string({
      description: 'What is asked for, in the connector’s words.',
      resolve: async ({ connectionId, poll }, _args, { hub }) => {
        const open = await hub.connections.byId(connectionId)
        return (isUsable(open) && open.connector.polls?.[poll]?.name) || poll
      },
    }),
    subject: t.exposeString('subject', {
      description: 'Which of several: a calendar, a sheet. Empty where there is but one.',
    }),
    state: t.field({
      type: PollStateEnum,
      resolve: async (poll, _args, { hub }) =>
        pollState(poll, await hub.connections.byId(poll.connectionId), hub.now()),
    }),
    isOn: t.exposeBoolean('isOn'),
    everyMinutes: t.float({
      nullable: true,
      description: 'Its pace. Absent when the connector is no longer on this hub.',
      resolve: async ({ connectionId, poll, everyMs }, _args, { hub }) => {
        const open = await hub.connections.byId(connectionId)
        const pace = everyMs ?? (isUsable(open) ? open.connector.polls?.[poll]?.everyMs : undefined)
        return pace === undefined ? undefined : pace / 60_000
      },
    }),
    lastPolledAt: t.expose('lastPolledAt', { type: 'DateTime', nullable: true }),
    lastFoundAt: t.expose('lastFoundAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last brought something new.',
    }),
    nextPollAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Absent while it is off or held.',
      resolve: async (poll, _args, { hub }) =>
        nextPollAt(poll, pollState(poll, await hub.connections.byId(poll.connectionId), hub.now())),
    }),
    failures: t.exposeInt('failures', { description: 'Tries in a row that failed.' }),
    reason: t.expose('reason', { type: ReasonType, nullable: true, description: 'Why the last try failed.' }),
  }),
})

builder.objectField(ConnectionType, 'polls', (t) =>
  t.field({
    type: [PollType],
    description: 'What the hub asks the vendor for by itself. Empty where the connector does not ask.',
    resolve: ({ id }, _args, { deps }) => deps.polls.ofConnection(id),
  }),
)

builder.objectType(PollNotFound, {
  name: 'PollNotFound',
  description: 'The workspace has no such poll.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.mutationField('pollNow', (t) =>
  t.field({
    type: PollType,
    description: 'Asks the vendor at once, also where the poll waits after failures.',
    authScopes: { role: 'ops' },
    errors: { types: [PollNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => pollNow(deps, id),
  }),
)

builder.mutationField('setPoll', (t) =>
  t.field({
    type: PollType,
    description: 'Switches a poll on or off, or sets its pace. It goes on where it was.',
    authScopes: { role: 'ops' },
    errors: { types: [PollNotFound, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      isOn: t.arg.boolean(),
      everyMinutes: t.arg.int({ description: '1 to 1440.' }),
    },
    resolve: (_root, { id, ...change }, { deps }) => setPoll(deps, id, change),
  }),
)
