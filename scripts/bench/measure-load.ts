import { clockMs, sleep } from './clock.ts'
import type { Helper } from './helper-process.ts'
import { arrivals, counts, load } from './messages.ts'
import type { Behaviour, Counts, Load, LoadCommand } from './messages.ts'
import { machineBusyMs, usageOf } from './process-tree.ts'
import { summarise } from './summary.ts'
import type { Summary } from './summary.ts'
import type { Entrances } from './wire-bench.ts'

/** The processes around the hub, and the next unused event number. */
export interface Stage {
  generator: Helper
  sink: Helper
  nextNumber: number
}

/** What one load came to. */
export interface Measured {
  posted: number
  accepted: number
  arrived: number
  /** Accepted and never arrived. */
  lost: number
  acceptedPerS: number
  /** Over the time until the last arrival, so that a backlog counts against it. */
  deliveredPerS: number
  acceptedMs: Summary
  /** From the moment an event was due to its arrival. */
  endToEndMs: Summary
  cpuUsPerEvent: number
  peakMb: number
  /** Processor time of everything that is no part of this benchmark, in cores. */
  foreignCores: number
  received: Counts
}

export interface LoadOptions {
  entrances: Entrances
  ports: readonly number[]
  pids: readonly number[]
  connections: number
  seconds: number
  rate?: number
  countMax?: number
  /** What is accepted is not expected to arrive. */
  heldBack?: boolean
  /** How long nothing may arrive before the rest counts as lost. */
  idleMsMax?: number
}

const MB = 1024 * 1024
/** More than any hub takes in on one machine. */
const CLOSED_PER_S_MAX = 30_000

export async function behave(stage: Stage, behaviour: Behaviour): Promise<void> {
  await stage.sink.ask({ kind: 'behave', behaviour })
}

export async function countsOf(stage: Stage): Promise<Counts> {
  return counts.parse(await stage.sink.ask({ kind: 'counts' }))
}

/** Starts a load whose numbers nobody has used; the receiver forgets what came before. `over` resolves when it ended. */
export async function startLoad(stage: Stage, options: LoadOptions): Promise<{ over: Promise<Load> }> {
  const { entrances, ports, connections, seconds, rate } = options
  const countMax = options.countMax ?? Math.ceil(seconds * (rate ?? CLOSED_PER_S_MAX))
  const first = stage.nextNumber
  stage.nextNumber += countMax
  await stage.sink.ask({ kind: 'reset', first, count: countMax })
  const command: LoadCommand = { entrances, ports: [...ports], connections, seconds, rate, first, countMax }
  return { over: stage.generator.ask(command).then((answer) => load.parse(answer)) }
}

/** Puts the hub under load, waits for everything that it accepted, and compares. */
export async function measureLoad(stage: Stage, options: LoadOptions): Promise<Measured> {
  const watch = watchUsage(options.pids)
  const { over } = await startLoad(stage, options)
  const done = await over
  const accepted = done.status.reduce((sum, status) => sum + (isTaken(status) ? 1 : 0), 0)
  if (!options.heldBack) await waitForArrivals(stage, accepted, options.idleMsMax ?? 5_000)
  const { cpuMs, peakMb, foreignCores } = watch.stop()
  const compared = await compare(stage, done)
  return {
    ...compared,
    // What is held back arrives later, if ever.
    lost: options.heldBack ? 0 : compared.lost,
    cpuUsPerEvent: (cpuMs * 1_000) / Math.max(1, accepted),
    peakMb,
    foreignCores,
  }
}

/** Resolves when so many events have arrived, or none for a while. */
export async function waitForArrivals(stage: Stage, wanted: number, idleMsMax: number): Promise<void> {
  let seen = -1
  let changedAt = clockMs()
  for (;;) {
    const { arrived, requests } = await countsOf(stage)
    if (arrived >= wanted) return
    if (requests !== seen) changedAt = clockMs()
    if (clockMs() - changedAt > idleMsMax) return
    seen = requests
    await sleep(50)
  }
}

type Compared = Omit<Measured, 'cpuUsPerEvent' | 'peakMb' | 'foreignCores'>

/** Joins what was posted with what arrived. */
export async function compare(
  stage: Stage,
  { startedAt, endedAt, due, answered, status }: Load,
): Promise<Compared> {
  const { at, counts: received } = arrivals.parse(await stage.sink.ask({ kind: 'arrivals' }))
  const acceptedMs: number[] = []
  const endToEndMs: number[] = []
  let lost = 0
  let lastArrival = startedAt
  due.forEach((dueAt, number) => {
    const arrivedAt = at[number] ?? 0
    const taken = isTaken(status[number] ?? 0)
    if (taken) acceptedMs.push((answered[number] ?? 0) - dueAt)
    if (arrivedAt > 0) {
      endToEndMs.push(arrivedAt - dueAt)
      lastArrival = Math.max(lastArrival, arrivedAt)
    } else if (taken) lost++
  })
  return {
    posted: due.length,
    accepted: acceptedMs.length,
    arrived: endToEndMs.length,
    lost,
    acceptedPerS: (1_000 * acceptedMs.length) / (endedAt - startedAt),
    deliveredPerS: (1_000 * endToEndMs.length) / Math.max(1, lastArrival - startedAt),
    acceptedMs: summarise(acceptedMs),
    endToEndMs: summarise(endToEndMs),
    received,
  }
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300
}

/** Watches processor and memory of the hub and of the machine. */
function watchUsage(pids: readonly number[]) {
  const now = () => pids.map(usageOf)
  const sum = (pick: (usage: ReturnType<typeof usageOf>) => number) =>
    now().reduce((all, each) => all + pick(each), 0)
  const began = {
    at: clockMs(),
    cpu: sum(({ cpuMs }) => cpuMs),
    own: usageOf(process.pid).cpuMs,
    busy: machineBusyMs(),
  }
  let peak = 0
  const look = () => {
    peak = Math.max(
      peak,
      sum(({ rssBytes }) => rssBytes),
    )
  }
  look()
  const timer = setInterval(look, 250)
  return {
    stop() {
      clearInterval(timer)
      look()
      const ownMs = usageOf(process.pid).cpuMs - began.own
      const foreignMs = machineBusyMs() - began.busy - ownMs
      return {
        cpuMs: sum(({ cpuMs }) => cpuMs) - began.cpu,
        peakMb: peak / MB,
        foreignCores: Math.max(0, foreignMs / (clockMs() - began.at)),
      }
    },
  }
}
