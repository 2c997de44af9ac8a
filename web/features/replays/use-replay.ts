import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { ReplayDeliverySample } from './DeliverySamples.tsx'
import { ReplayKeptOutSample } from './KeptOutSamples.tsx'
import { ReplayReceiptSample } from './ReceiptSamples.tsx'

const ReplayDeliveries = graphql(
  `
    mutation ReplayDeliveries(
      $connectionId: ID
      $flowId: ID
      $states: [DeliveryState!]
      $period: Period
      $dryRun: Boolean!
    ) {
      answer: replayDeliveries(
        connectionId: $connectionId
        flowId: $flowId
        states: $states
        created: $period
        dryRun: $dryRun
      ) {
        __typename
        ... on ReplayAnswer {
          count
          replay {
            id
          }
          deliveries {
            ...ReplayDeliverySample
          }
        }
        ...RefusalFields
        ... on ReplayTooLarge {
          max
        }
      }
    }
  `,
  [ReplayDeliverySample, RefusalFields],
)
const ReplayReceipts = graphql(
  `
    mutation ReplayReceipts($connectionId: ID, $states: [ReceiptState!], $period: Period, $dryRun: Boolean!) {
      answer: replayReceipts(
        connectionId: $connectionId
        states: $states
        received: $period
        dryRun: $dryRun
      ) {
        __typename
        ... on ReplayAnswer {
          count
          replay {
            id
          }
          receipts {
            ...ReplayReceiptSample
          }
        }
        ...RefusalFields
        ... on ReplayTooLarge {
          max
        }
      }
    }
  `,
  [ReplayReceiptSample, RefusalFields],
)

const ReplayEvents = graphql(
  `
    mutation ReplayEvents($flowId: ID!, $pausedAt: DateTime!, $dryRun: Boolean!) {
      answer: replayEvents(flowId: $flowId, pausedAt: $pausedAt, dryRun: $dryRun) {
        __typename
        ... on ReplayAnswer {
          count
          replay {
            id
          }
          events {
            ...ReplayKeptOutSample
          }
        }
        ...RefusalFields
        ... on ReplayTooLarge {
          max
        }
      }
    }
  `,
  [ReplayKeptOutSample, RefusalFields],
)

interface Common {
  connectionId?: string | undefined
  period?: { from?: string; to?: string } | undefined
}

/** What is to be sent through again; what is left out narrows nothing down. */
export type ReplayTarget =
  | (Common & {
      kind: 'deliveries'
      flowId?: string | undefined
      states?: ReturnType<typeof graphql.scalar<'DeliveryState'>>[]
    })
  | (Common & { kind: 'receipts'; states?: ReturnType<typeof graphql.scalar<'ReceiptState'>>[] })
  /** What this flow's pause that began then kept out. */
  | { kind: 'events'; flowId: string; pausedAt: string }

type Answered<Data extends { answer: { __typename: string } }> = Extract<
  Data['answer'],
  { __typename: 'ReplayAnswer' }
>

/** What would become of it, or the replay that does it. */
export interface ReplayAnswer {
  count: number
  /** Absent in a dry run. */
  replayId: string | undefined
  deliveries: Answered<ResultOf<typeof ReplayDeliveries>>['deliveries']
  receipts: Answered<ResultOf<typeof ReplayReceipts>>['receipts']
  events: Answered<ResultOf<typeof ReplayEvents>>['events']
}

/** Asks what a replay would do, or has it done. */
export function useReplay(): {
  ask: (target: ReplayTarget, dryRun: boolean) => Promise<ReplayAnswer | undefined>
  isBusy: boolean
  problem: string | undefined
} {
  const deliveries = useChange(ReplayDeliveries, ({ answer }) => answer)
  const receipts = useChange(ReplayReceipts, ({ answer }) => answer)
  const events = useChange(ReplayEvents, ({ answer }) => answer)

  async function ask(target: ReplayTarget, dryRun: boolean): Promise<ReplayAnswer | undefined> {
    if (target.kind === 'events') {
      const { flowId, pausedAt } = target
      const answer = await events.send({ flowId, pausedAt, dryRun })
      return answer && 'count' in answer ? answered(answer, { events: answer.events }) : undefined
    }
    const common = {
      connectionId: target.connectionId ?? null,
      period: target.period ?? null,
      dryRun,
    }
    if (target.kind === 'deliveries') {
      const { states = null, flowId = null } = target
      const answer = await deliveries.send({ ...common, states, flowId })
      return answer && 'count' in answer ? answered(answer, { deliveries: answer.deliveries }) : undefined
    }
    const answer = await receipts.send({ ...common, states: target.states ?? null })
    return answer && 'count' in answer ? answered(answer, { receipts: answer.receipts }) : undefined
  }
  return {
    ask,
    isBusy: deliveries.isBusy || receipts.isBusy || events.isBusy,
    problem: deliveries.problem ?? receipts.problem ?? events.problem,
  }
}

function answered(
  { count, replay }: { count: number; replay: { id: string } | null },
  samples: Partial<ReplayAnswer>,
): ReplayAnswer {
  return { count, replayId: replay?.id, deliveries: [], receipts: [], events: [], ...samples }
}
