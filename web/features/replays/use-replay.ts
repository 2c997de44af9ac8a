import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useChange } from '../../graphql/use-change.ts'
import { ReplayDeliverySample } from './DeliverySamples.tsx'
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
}

/** Asks what a replay would do, or has it done. */
export function useReplay(): {
  ask: (target: ReplayTarget, dryRun: boolean) => Promise<ReplayAnswer | undefined>
  isBusy: boolean
  problem: string | undefined
} {
  const deliveries = useChange(ReplayDeliveries, ({ answer }) => answer)
  const receipts = useChange(ReplayReceipts, ({ answer }) => answer)

  async function ask(target: ReplayTarget, dryRun: boolean): Promise<ReplayAnswer | undefined> {
    const common = {
      connectionId: target.connectionId ?? null,
      period: target.period ?? null,
      dryRun,
    }
    if (target.kind === 'deliveries') {
      const { states = null, flowId = null } = target
      const answer = await deliveries.send({ ...common, states, flowId })
      if (!answer || !('count' in answer)) return undefined
      return {
        count: answer.count,
        replayId: answer.replay?.id,
        deliveries: answer.deliveries,
        receipts: [],
      }
    }
    const answer = await receipts.send({ ...common, states: target.states ?? null })
    if (!answer || !('count' in answer)) return undefined
    return { count: answer.count, replayId: answer.replay?.id, deliveries: [], receipts: answer.receipts }
  }
  return {
    ask,
    isBusy: deliveries.isBusy || receipts.isBusy,
    problem: deliveries.problem ?? receipts.problem,
  }
}
