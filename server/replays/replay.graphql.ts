import type { InputProblem as TargetProblem } from '../../mappings/apply-mapping.ts'
import { OutcomeEnum } from '../events/event.graphql.ts'
import { FlowNotFound } from '../flows/flow-errors.ts'
import { builder } from '../graphql/builder.ts'
import type { ApiContext } from '../graphql/context.ts'
import { HubErrorType } from '../graphql/hub-error.graphql.ts'
import { shown } from '../graphql/mask.ts'
import { pageArgs, pageComplexity, readPage } from '../graphql/page.ts'
import { DeliveryType, EventType, ReceiptType, ReplayPage, ReplayType } from '../graphql/refs.ts'
import { DeliveryStateEnum, PeriodInput, ReasonType, ReceiptStateEnum } from '../graphql/shared.graphql.ts'
import { InputInvalid } from '../input-invalid.ts'
import { cancelReplay } from './cancel-replay.ts'
import { sampleDeliveries, sampleEvents, sampleReceipts } from './dry-run.ts'
import type { DeliverySample, KeptOutSample, ReceiptSample } from './dry-run.ts'
import {
  FlowStillPaused,
  NothingToReplay,
  ReplayNotFound,
  ReplayOver,
  ReplayTooLarge,
} from './replay-errors.ts'
import { deliveryTarget, pauseTarget, receiptTarget } from './replay-filter.ts'
import type { Replay, ReplayTarget } from './replay-store.ts'
import { countTarget, startReplay, TOTAL_MAX } from './start-replay.ts'

const ReplayStateEnum = builder.enumType('ReplayState', { values: ['running', 'done', 'cancelled'] as const })

ReplayType.implement({
  description: 'Sending a lot of things through the pipeline again, in chunks, in the background.',
  authScopes: { role: 'viewer' },
  fields: (t) => ({
    id: t.exposeID('id'),
    target: t.field({ type: 'JSON', description: 'What it goes over.', resolve: ({ target }) => target }),
    state: t.expose('state', { type: ReplayStateEnum }),
    total: t.exposeInt('total', {
      description: `Counted when it began; ${TOTAL_MAX} means that many or more.`,
    }),
    done: t.exposeInt('done'),
    failed: t.exposeInt('failed', { description: 'What could not be replayed; each says why.' }),
    startedBy: t.exposeString('startedBy', { description: 'The id of the token, or operator.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
  }),
})

const SampleProblemType = builder.objectRef<TargetProblem>('SampleProblem').implement({
  description: 'Why the action would not take the new input, for one field.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    field: t.exposeString('field'),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
  }),
})

const DeliverySampleType = builder.objectRef<DeliverySample>('DeliverySample').implement({
  description: 'What would become of one delivery, beside what was.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    delivery: t.expose('delivery', { type: DeliveryType }),
    oldInput: t.field({ type: 'JSON', nullable: true, resolve: ({ oldInput }) => oldInput }),
    newInput: t.field({ type: 'JSON', nullable: true, resolve: ({ newInput }) => newInput }),
    problems: t.expose('problems', { type: [SampleProblemType] }),
    request: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The request that would be made, where the action can say so beforehand.',
      resolve: ({ request }) => request,
    }),
    isChanged: t.exposeBoolean('isChanged'),
    hasNewer: t.exposeBoolean('hasNewer', {
      description: 'Something newer about the same contact has gone to the same destination meanwhile.',
    }),
  }),
})

const EventChangeEnum = builder.enumType('EventChange', { values: ['fresh', 'same', 'changed'] as const })

const EventSampleType = builder.objectRef<ReceiptSample['events'][number]>('EventSample').implement({
  description: 'What one fact would be, beside what it was.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    name: t.exposeString('name'),
    key: t.exposeString('key'),
    change: t.expose('change', { type: EventChangeEnum }),
    old: t.field({
      type: 'JSON',
      nullable: true,
      resolve: (sample, _args, { role }) => shown(role, sample.old),
    }),
    new: t.field({ type: 'JSON', resolve: (sample, _args, { role }) => shown(role, sample.new) }),
  }),
})

const ReceiptSampleType = builder.objectRef<ReceiptSample>('ReceiptSample').implement({
  description: 'What one receipt would mean now.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    receipt: t.expose('receipt', { type: ReceiptType }),
    because: t.string({
      nullable: true,
      description: 'Why it cannot be replayed.',
      resolve: ({ because }) => because,
    }),
    reason: t.expose('reason', {
      type: ReasonType,
      nullable: true,
      description: 'What would not be understood, or why it would be refused again.',
    }),
    events: t.expose('events', { type: [EventSampleType] }),
  }),
})

const KeptOutSampleType = builder.objectRef<KeptOutSample>('KeptOutSample').implement({
  description: 'What would become of one event that a pause kept out.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    event: t.expose('event', { type: EventType }),
    outcome: t.expose('outcome', { type: OutcomeEnum }),
    reason: t.expose('reason', {
      type: ReasonType,
      nullable: true,
      description: 'Why the flow would not run.',
    }),
  }),
})

/** What a replay would do, or the replay that does it. */
interface ReplayAnswer {
  id: string
  count: number
  replay: Replay | undefined
  deliveries: DeliverySample[]
  receipts: ReceiptSample[]
  events: KeptOutSample[]
}

const ReplayAnswerType = builder.objectRef<ReplayAnswer>('ReplayAnswer').implement({
  description: 'What a replay would do (dry run), or the replay that does it.',
  authScopes: { role: 'marketer' },
  fields: (t) => ({
    count: t.exposeInt('count', {
      description: `How many it goes over; ${TOTAL_MAX} means that many or more.`,
    }),
    replay: t.expose('replay', { type: ReplayType, nullable: true, description: 'Absent in a dry run.' }),
    deliveries: t.expose('deliveries', { type: [DeliverySampleType], description: 'Dry run: up to twenty.' }),
    receipts: t.expose('receipts', { type: [ReceiptSampleType], description: 'Dry run: up to twenty.' }),
    events: t.expose('events', { type: [KeptOutSampleType], description: 'Dry run: up to twenty.' }),
  }),
})

for (const [errorClass, name, description] of [
  [ReplayNotFound, 'ReplayNotFound', 'The workspace has no such replay.'],
  [ReplayOver, 'ReplayOver', 'The replay is over already.'],
  [NothingToReplay, 'NothingToReplay', 'Nothing fits.'],
  [FlowStillPaused, 'FlowStillPaused', 'The flow is paused; it has to be on for this.'],
] as const) {
  builder.objectType(errorClass, {
    name,
    description,
    interfaces: [HubErrorType],
    authScopes: { signedIn: true },
  })
}

builder.objectType(ReplayTooLarge, {
  name: 'ReplayTooLarge',
  description: 'More than the caller’s role may replay at once.',
  interfaces: [HubErrorType],
  authScopes: { signedIn: true },
  fields: (t) => ({ max: t.exposeInt('max') }),
})

builder.queryField('replays', (t) =>
  t.field({
    type: ReplayPage,
    authScopes: { role: 'viewer' },
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, args, { deps: { replays } }) => readPage(args, replays, ({ startedAt }) => startedAt),
  }),
)

builder.queryField('replay', (t) =>
  t.field({
    type: ReplayType,
    nullable: true,
    authScopes: { role: 'viewer' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => deps.replays.find(id),
  }),
)

builder.mutationField('replayReceipts', (t) =>
  t.field({
    type: ReplayAnswerType,
    description:
      'Sends receipts through the pipeline again, from “normalise”. Refused ones are verified again first.',
    authScopes: { role: 'marketer' },
    complexity: 100,
    errors: { types: [InputInvalid, NothingToReplay, ReplayTooLarge] },
    args: {
      connectionId: t.arg.id(),
      states: t.arg({
        type: [ReceiptStateEnum],
        description: 'Left out: everything that has been worked through.',
      }),
      received: t.arg({ type: PeriodInput }),
      dryRun: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { connectionId, states, received, dryRun }, context) =>
      answer(context, receiptTarget({ connectionId, states, ...received }), dryRun),
  }),
)

builder.mutationField('replayDeliveries', (t) =>
  t.field({
    type: ReplayAnswerType,
    description:
      'Puts new deliveries, mapped again, in the place of those that ended badly. They give way to what is new.',
    authScopes: { role: 'marketer' },
    complexity: 100,
    errors: { types: [InputInvalid, NothingToReplay, ReplayTooLarge] },
    args: {
      connectionId: t.arg.id(),
      flowId: t.arg.id(),
      states: t.arg({
        type: [DeliveryStateEnum],
        description: 'Left out: needs_mapping, refused and failed.',
      }),
      created: t.arg({ type: PeriodInput }),
      evenIfDelivered: t.arg.boolean({ required: true, defaultValue: false }),
      dryRun: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { connectionId, flowId, states, created, evenIfDelivered, dryRun }, context) =>
      answer(context, deliveryTarget({ connectionId, flowId, states, evenIfDelivered, ...created }), dryRun),
  }),
)

builder.mutationField('replayEvents', (t) =>
  t.field({
    type: ReplayAnswerType,
    description:
      'Sends the events that a pause of a flow kept out through that flow, as it is now and no other. It has to be on again. What they make gives way to what is new.',
    authScopes: { role: 'marketer' },
    complexity: 100,
    errors: { types: [FlowNotFound, FlowStillPaused, NothingToReplay, ReplayTooLarge] },
    args: {
      flowId: t.arg.id({ required: true }),
      pausedAt: t.arg({
        type: 'DateTime',
        description:
          'When that pause began, as the reason `flow_paused` of its events says. Left out: the last one.',
      }),
      dryRun: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: async (_root, { flowId, pausedAt, dryRun }, context) =>
      answer(context, await pauseTarget(context.deps, { flowId, pausedAt }), dryRun),
  }),
)

builder.mutationField('cancelReplay', (t) =>
  t.field({
    type: ReplayType,
    description: 'Stops a replay; what it has done stays done.',
    authScopes: { role: 'marketer' },
    errors: { types: [ReplayNotFound, ReplayOver] },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { deps }) => cancelReplay(deps, id),
  }),
)

async function answer(
  { deps, role = 'viewer', actor }: ApiContext,
  target: ReplayTarget,
  dryRun: boolean,
): Promise<ReplayAnswer> {
  if (!dryRun) {
    const replay = await startReplay(deps, { role, actor }, target)
    return { id: replay.id, count: replay.total, replay, deliveries: [], receipts: [], events: [] }
  }
  return {
    id: '',
    count: await countTarget(deps, target, deps.now(), TOTAL_MAX),
    replay: undefined,
    deliveries: target.kind === 'deliveries' ? await sampleDeliveries(deps, target) : [],
    receipts: target.kind === 'receipts' ? await sampleReceipts(deps, target) : [],
    events: target.kind === 'events' ? await sampleEvents(deps, target) : [],
  }
}
