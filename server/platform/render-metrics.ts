import type { Registry } from 'prom-client'
import type { ByLabel, Durations, Metrics, Tally } from './metrics.ts'

/** One value that is looked up when somebody asks, with its labels. */
export interface Reading {
  name: string
  help: string
  values: readonly { labels?: Readonly<Record<string, string>>; value: number }[]
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** The process itself (memory, processor, event loop, garbage collection); measured from the first time it is asked for. */
let ofProcess: Promise<Registry> | undefined

/** Everything in Prometheus' text format: what was counted, what was looked up, and the process itself. */
export async function renderMetrics(metrics: Metrics, readings: readonly Reading[]): Promise<string> {
  ofProcess ??= watchProcess()
  const lines = [
    ...tally(
      'receipts_total',
      'Requests at webhook addresses, by what they were answered.',
      'outcome',
      metrics.receipts,
    ),
    ...durations(
      'receipt_accept_seconds',
      'From a request’s arrival until it was durable.',
      metrics.acceptTime,
    ),
    ...durations('store_commit_seconds', 'One commit of receipts to the store.', metrics.commitTime),
    ...tally(
      'receipts_worked_total',
      'Receipts worked through, by what became of them.',
      'state',
      metrics.worked,
    ),
    ...tally('events_total', 'Events matched, by whether they entered a flow.', 'entered', metrics.events),
    ...durations(
      'event_handled_seconds',
      'From a request’s arrival until its event was matched.',
      metrics.handleTime,
    ),
    ...tally('runs_total', 'Runs begun.', undefined, metrics.runs),
    ...byConnector('deliveries_total', 'How often a delivery came to a state.', 'state', metrics.deliveries),
    ...durationsByConnector('attempt_seconds', 'One attempt at a delivery.', metrics.attemptTime),
    ...durations(
      'delivery_seconds',
      'From a delivery’s making until it was delivered.',
      metrics.deliveryTime,
    ),
    ...byConnector('polls_total', 'Polls of vendors, by outcome.', 'outcome', metrics.polls),
    ...tally(
      'formula_processes_lost_total',
      'Processes for formulas that had to be replaced, by how they ended.',
      'end',
      metrics.formulaProcessesLost,
    ),
    ...readings.flatMap(({ name, help, values }) => [
      ...head(name, help, 'gauge'),
      ...values.map(({ labels, value }) => line(name, labels ?? {}, value)),
    ]),
  ]
  return `${lines.join('\n')}\n${await (await ofProcess).metrics()}`
}

async function watchProcess(): Promise<Registry> {
  const { collectDefaultMetrics, Registry: ProcessRegistry } = await import('prom-client')
  const register = new ProcessRegistry()
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 50 })
  return register
}

function head(name: string, help: string, type: 'counter' | 'gauge' | 'histogram'): string[] {
  return [`# HELP switchyard_${name} ${help}`, `# TYPE switchyard_${name} ${type}`]
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `switchyard_${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
}

function tally(name: string, help: string, label: string | undefined, { counts }: Tally): string[] {
  return [
    ...head(name, help, 'counter'),
    ...[...counts].map(([text, count]) => line(name, label === undefined ? {} : { [label]: text }, count)),
  ]
}

function byConnector(name: string, help: string, label: string, { held }: ByLabel<Tally>): string[] {
  return [
    ...head(name, help, 'counter'),
    ...[...held].flatMap(([connector, { counts }]) =>
      [...counts].map(([text, count]) => line(name, { connector, [label]: text }, count)),
    ),
  ]
}

function durations(name: string, help: string, taken: Durations): string[] {
  return [...head(name, help, 'histogram'), ...buckets(name, {}, taken)]
}

function durationsByConnector(name: string, help: string, { held }: ByLabel<Durations>): string[] {
  return [
    ...head(name, help, 'histogram'),
    ...[...held].flatMap(([connector, taken]) => buckets(name, { connector }, taken)),
  ]
}

/** In Prometheus a bucket holds everything up to its bound, those of the smaller bounds included. */
function buckets(
  name: string,
  labels: Readonly<Record<string, string>>,
  { boundsMs, counts, sumMs }: Durations,
): string[] {
  let total = 0
  const lines = [...boundsMs, Number.POSITIVE_INFINITY].map((bound, at) => {
    total += counts[at] ?? 0
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound / 1_000)
    return line(`${name}_bucket`, { ...labels, le }, total)
  })
  return [...lines, line(`${name}_sum`, labels, sumMs / 1_000), line(`${name}_count`, labels, total)]
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
