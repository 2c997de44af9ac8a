import { nameOfActor } from '../accounts/name-of-actor.ts'
import { builder } from '../graphql/builder.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { DeletedType } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { createView, VIEWS_MAX } from './create-view.ts'
import { deleteView } from './delete-view.ts'
import { updateView } from './update-view.ts'
import { TooManyViews, ViewNameTaken, ViewNotFound } from './view-errors.ts'
import { viewLists } from './view-filter.ts'
import type { View } from './view-store.ts'

const ViewListEnum = builder.enumType('ViewList', {
  description: 'The lists that have views: what happened, and what was sent on.',
  values: viewLists,
})

const connectionId = 'Only what came through, or went to, this connection. It may be gone by now.'
const eventName = 'Only events of this name; of events alone.'
const flowId = 'Only events that this flow ran for, or what it made. It may be gone by now.'
const state =
  'Of events their outcome, needs_you or waits; of deliveries a state, or one of these for several states.'
const days = 'How many days back, counted from whenever one looks.'

const ViewType = builder.objectRef<View>('View').implement({
  description: 'What a list is narrowed down to, kept under a name for everybody in the workspace.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    list: t.expose('list', { type: ViewListEnum }),
    name: t.exposeString('name'),
    connectionId: t.id({
      nullable: true,
      description: connectionId,
      resolve: ({ filter }) => filter.connectionId,
    }),
    eventName: t.string({
      nullable: true,
      description: eventName,
      resolve: ({ filter }) => filter.eventName,
    }),
    flowId: t.id({ nullable: true, description: flowId, resolve: ({ filter }) => filter.flowId }),
    state: t.string({ nullable: true, description: state, resolve: ({ filter }) => filter.state }),
    days: t.int({ nullable: true, description: days, resolve: ({ filter }) => filter.days }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.exposeID('createdBy', { description: 'The id of a user or token, or operator.' }),
    createdByName: t.string({
      nullable: true,
      description: 'Their name; absent where they are no longer known.',
      resolve: ({ createdBy }, _args, { deps }) => nameOfActor(deps, createdBy),
    }),
  }),
})

const ViewFilterInput = builder.inputType('ViewFilter', {
  description: 'What a view narrows its list down to; at least one of them.',
  fields: (t) => ({
    connectionId: t.id({ description: connectionId }),
    eventName: t.string({ description: eventName }),
    flowId: t.id({ description: flowId }),
    state: t.string({ description: state }),
    days: t.int({ description: days }),
  }),
})

builder.objectType(ViewNotFound, {
  name: 'ViewNotFound',
  description: 'The workspace has no such view.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(ViewNameTaken, {
  name: 'ViewNameTaken',
  description: 'Another view of the list has this name, in small letters or capitals.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
})

builder.objectType(TooManyViews, {
  name: 'TooManyViews',
  description: 'The list has as many views as it can have.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ max: t.exposeInt('max') }),
})

builder.queryField('views', (t) =>
  t.field({
    type: [ViewType],
    description: `The views of a list, by name; ${VIEWS_MAX} at most.`,
    authScopes: { role: 'viewer' },
    args: { list: t.arg({ type: ViewListEnum, required: true }) },
    resolve: (_root, { list }, { deps }) => deps.views.of(list),
  }),
)

builder.mutationField('createView', (t) =>
  t.field({
    type: ViewType,
    authScopes: { role: 'marketer' },
    errors: { types: [ViewNameTaken, TooManyViews, InputInvalid] },
    args: {
      list: t.arg({ type: ViewListEnum, required: true }),
      name: t.arg.string({ required: true, description: 'At most 60 characters.' }),
      filter: t.arg({ type: ViewFilterInput, required: true }),
    },
    resolve: (_root, args, context) => createView(context.deps, args, context.actor),
  }),
)

builder.mutationField('updateView', (t) =>
  t.field({
    type: ViewType,
    description: 'Gives a view another name, or makes it show something else; what is left out stays.',
    authScopes: { role: 'marketer' },
    errors: { types: [ViewNotFound, ViewNameTaken, InputInvalid] },
    args: {
      id: t.arg.id({ required: true }),
      name: t.arg.string({ description: 'At most 60 characters.' }),
      filter: t.arg({ type: ViewFilterInput, description: 'The whole of it.' }),
    },
    resolve: (_root, { id, ...change }, { deps }) => updateView(deps, id, change),
  }),
)

builder.mutationField('deleteView', (t) =>
  t.field({
    type: DeletedType,
    authScopes: { role: 'marketer' },
    errors: { types: [ViewNotFound] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deleteView(deps, id),
  }),
)
