import type { Env } from './env.ts'
import type { ReceiptWriter } from './ingest/store-receipt.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import type { Reading } from './platform/render-metrics.ts'
import type { RowWorker } from './platform/row-worker.ts'
import { version } from './platform/version.ts'

/** What this process has in its hands, and what it is. */
export function readLoad(of: {
  env: Pick<Env, 'role' | 'mongoUrl'>
  pipeline: Pick<Pipeline, 'load'>
  poller: Pick<RowWorker, 'load'>
  registrar: Pick<RowWorker, 'load'>
  receipts: Pick<ReceiptWriter, 'unacknowledgedBytes'>
  diskHasRoom: () => boolean
}): Reading[] {
  const { receipts, events, attempts, stalledLanes } = of.pipeline.load()
  const beside = { polls: of.poller.load(), registrations: of.registrar.load() }
  const queues = { receipts, events, attempts, ...beside }
  return [
    {
      name: 'under_way',
      help: 'What this process has in memory or under way.',
      values: Object.entries(queues).map(([queue, value]) => ({ labels: { queue }, value })),
    },
    {
      name: 'stalled_lanes',
      help: 'Lanes whose deliveries wait in the store, as this process knows them.',
      values: [{ value: stalledLanes }],
    },
    {
      name: 'unacknowledged_bytes',
      help: 'Bytes of requests taken in and not durable yet.',
      values: [{ value: of.receipts.unacknowledgedBytes() }],
    },
    {
      name: 'disk_has_room',
      help: 'Whether there is room on the disk; without it nothing is acknowledged or sent.',
      values: [{ value: of.diskHasRoom() ? 1 : 0 }],
    },
    {
      name: 'build_info',
      help: 'What this process is.',
      values: [
        {
          labels: { version, role: of.env.role, store: of.env.mongoUrl ? 'mongodb' : 'embedded' },
          value: 1,
        },
      ],
    },
  ]
}
