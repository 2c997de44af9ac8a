import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { HubProcess } from '../harness/hub-process.ts'
import { prepareBenchHub } from './bench-hub.ts'
import type { BenchHub } from './bench-hub.ts'
import { sleep } from './clock.ts'
import { startHelper } from './helper-process.ts'
import { productionInstallBytes } from './install-size.ts'
import { measureCrash } from './measure-crash.ts'
import { measureIsolation } from './measure-isolation.ts'
import { behave, measureLoad } from './measure-load.ts'
import type { LoadOptions, Measured, Stage } from './measure-load.ts'
import { measureSecondProcess } from './measure-second-process.ts'
import { usageOf } from './process-tree.ts'
import { median } from './summary.ts'
import type { Figures } from './targets.ts'
import { topFunctions } from './top-functions.ts'

export const phaseNames = [
  'rates',
  'closed',
  'held',
  'kill',
  'outage',
  'flaky',
  'size',
  'isolation',
  'two',
] as const
export type PhaseName = (typeof phaseNames)[number]

export interface BenchOptions {
  quick: boolean
  only: ReadonlySet<PhaseName>
  /** Runs the hub under Node's profiler and reports where its time went. */
  profile: boolean
  onProgress: (line: string) => void
}

export interface BenchResult {
  figures: Figures
  /** Everything that was measured, by phase. */
  phases: Record<string, unknown>
  topFunctions: string[]
}

const MB = 1024 * 1024
const OPEN_CONNECTIONS = 128
const CLOSED_CONNECTIONS = 32
/** Events a second, in the order in which the systems were measured that the targets come from; two have targets. */
const RATES: readonly { rate: number; p50?: keyof Figures; p99?: keyof Figures }[] = [
  { rate: 50 },
  { rate: 200, p50: 'p50At200', p99: 'p99At200' },
  { rate: 500, p50: 'p50At500', p99: 'p99At500' },
]

/** The job: a signed webhook in, an event, a contact, a flow, a mapping, a signed-off delivery out, all of it recorded. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { only, quick, onProgress } = options
  const work = mkdtempSync(join(tmpdir(), 'switchyard-bench-'))
  const stage: Stage = {
    generator: startHelper(new URL('load-generator.ts', import.meta.url)),
    sink: startHelper(new URL('sink.ts', import.meta.url)),
    nextNumber: 0,
  }
  const result: BenchResult = { figures: {}, phases: {}, topFunctions: [] }
  const note = (phase: string, found: unknown, line: string) => {
    result.phases[phase] = found
    onProgress(`${phase}: ${line}`)
  }
  try {
    const { port } = z.object({ port: z.number() }).parse(await stage.sink.ask({ kind: 'listen' }))
    const sinkUrl = `http://127.0.0.1:${port}`
    await mainHub(options, stage, work, sinkUrl, result, note)
    if (only.has('held')) {
      const runs = await measureHeldBack(stage, join(work, 'held'), sinkUrl, quick)
      runs.forEach((run, at) => note(`held #${at + 1}`, run, brief(run)))
      result.figures.acceptedPerS = median(runs.map(({ acceptedPerS }) => acceptedPerS))
    }
    if (only.has('isolation')) {
      const isolation = await measureIsolation(stage, join(work, 'isolation'), sinkUrl, quick)
      note('isolation', isolation, `healthy p99 ${isolation.verdict}`)
    }
    if (only.has('two')) {
      const two = await measureSecondProcess(stage, join(work, 'two'), sinkUrl, quick)
      note('two', two, `${two.ratio.toFixed(2)} × one process on the same store; ${two.lost} lost`)
    }
    if (only.has('size')) {
      const bytes = productionInstallBytes()
      result.figures.installMb = bytes / MB
      note('size', { bytes }, `${Math.round(bytes / MB)} MB`)
    }
  } finally {
    stage.generator.stop()
    stage.sink.stop()
    rmSync(work, { recursive: true, force: true })
  }
  return result
}

type Note = (phase: string, found: unknown, line: string) => void

/** Everything that is measured at the hub as it comes: one process with its own store. */
async function mainHub(
  { only, quick, profile }: BenchOptions,
  stage: Stage,
  work: string,
  sinkUrl: string,
  { figures, ...result }: BenchResult,
  note: Note,
): Promise<void> {
  const phases: readonly PhaseName[] = ['rates', 'closed', 'kill', 'outage', 'flaky']
  if (!phases.some((phase) => only.has(phase))) return
  const hub = await prepareBenchHub({ dir: join(work, 'hub'), destinations: [[`${sinkUrl}/hook`]] })
  const profiles = join(work, 'profiles')
  let running = await hub.start(profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [])
  const load = (over: Partial<LoadOptions> & Pick<LoadOptions, 'seconds' | 'connections'>): LoadOptions => ({
    entrances: hub.entrances[0]!,
    ports: [hub.port],
    pids: [running.process.pid],
    ...over,
  })
  try {
    await sleep(2_000)
    figures.startS = running.startMs / 1_000
    figures.idleMb = usageOf(running.process.pid).rssBytes / MB
    note(
      'start',
      { startMs: running.startMs, idleMb: figures.idleMb },
      `ready after ${Math.round(running.startMs)} ms`,
    )

    const check = await measureLoad(stage, load({ rate: 20, seconds: 1, connections: 4 }))
    note('check', check, brief(check))
    if (check.arrived !== 20 || check.received.wrong > 0) {
      throw new Error(`What arrived is wrong, so its speed says nothing: ${JSON.stringify(check.received)}`)
    }
    const warm = await measureLoad(stage, load({ seconds: quick ? 2 : 4, connections: 8 }))
    note('warm-up', warm, brief(warm))

    const sums = { duplicates: warm.received.duplicates }
    if (only.has('rates')) {
      for (const { rate, p50, p99 } of RATES) {
        const runs: Measured[] = []
        for (let run = 0; run < (quick ? 1 : 3); run++) {
          const measured = await measureLoad(
            stage,
            load({ rate, seconds: quick ? 4 : 10, connections: OPEN_CONNECTIONS }),
          )
          runs.push(measured)
          note(`rate ${rate} #${run + 1}`, measured, brief(measured))
        }
        if (p50) figures[p50] = median(runs.map(({ endToEndMs }) => endToEndMs.p50))
        if (p99) figures[p99] = median(runs.map(({ endToEndMs }) => endToEndMs.p99))
      }
    }
    if (only.has('closed')) {
      const runs: Measured[] = []
      for (let run = 0; run < (quick ? 1 : 3); run++) {
        const measured = await measureLoad(
          stage,
          load({ seconds: quick ? 4 : 8, connections: CLOSED_CONNECTIONS }),
        )
        runs.push(measured)
        note(`closed #${run + 1}`, measured, brief(measured))
        sums.duplicates += measured.received.duplicates
      }
      figures.deliveredPerS = median(runs.map(({ deliveredPerS }) => deliveredPerS))
      figures.peakMb = Math.max(...runs.map(({ peakMb }) => peakMb))
    }
    if (profile) {
      await running.process.stop()
      result.topFunctions.push(...topFunctions(profiles, 30))
      running = await hub.start()
    }
    const crash = (over: Parameters<typeof measureCrash>[1]['how']) =>
      measureCrash(stage, {
        hub,
        running: running.process,
        load: load({ seconds: 0, connections: CLOSED_CONNECTIONS }),
        how: over,
      })
    if (only.has('kill')) {
      const killed = await crash({ seconds: 3, idleMsMax: 10_000, behaviour: { latencyMs: 20 } })
      running = { process: killed.process, startMs: killed.restartMs }
      figures.lostAtKill = killed.lost
      sums.duplicates += killed.received.duplicates
      note(
        'kill',
        { ...killed, process: undefined },
        `${killed.lost} lost, ${killed.received.sentAgain} sent again`,
      )
    }
    if (only.has('outage')) {
      const killed = await crash({ seconds: 4, idleMsMax: 100_000, rate: 100, behaviour: { down: true } })
      running = { process: killed.process, startMs: killed.restartMs }
      figures.lostInOutage = killed.lost
      sums.duplicates += killed.received.duplicates
      note(
        'outage',
        { ...killed, process: undefined },
        `${killed.lost} lost, ${killed.received.sentAgain} sent again`,
      )
    }
    if (only.has('flaky')) {
      await behave(stage, { failFirst: 2 })
      const flaky = await measureLoad(
        stage,
        load({ rate: 50, seconds: 5, connections: 32, idleMsMax: 150_000 }),
      )
      await behave(stage, {})
      figures.lostWhenFlaky = flaky.lost
      sums.duplicates += flaky.received.duplicates
      note('flaky', flaky, brief(flaky))
    }
    figures.duplicates = sums.duplicates
  } finally {
    await running.process.stop()
  }
}

/** How fast requests are acknowledged while nothing goes out: the destination is paused, everything else is done. */
async function measureHeldBack(
  stage: Stage,
  dir: string,
  sinkUrl: string,
  quick: boolean,
): Promise<Measured[]> {
  const hub: BenchHub = await prepareBenchHub({ dir, destinations: [[`${sinkUrl}/hook`]], paused: true })
  const running: { process: HubProcess } = await hub.start()
  try {
    const load = {
      entrances: hub.entrances[0]!,
      ports: [hub.port],
      pids: [running.process.pid],
      heldBack: true,
    }
    await measureLoad(stage, { ...load, seconds: quick ? 2 : 4, connections: 8 })
    const runs: Measured[] = []
    for (let run = 0; run < (quick ? 1 : 3); run++) {
      runs.push(
        await measureLoad(stage, { ...load, seconds: quick ? 4 : 8, connections: CLOSED_CONNECTIONS }),
      )
    }
    return runs
  } finally {
    // What it has taken in is thrown away with its folder.
    await running.process.kill()
  }
}

export function brief(measured: Measured): string {
  const {
    acceptedPerS,
    deliveredPerS,
    endToEndMs,
    acceptedMs,
    received,
    lost,
    cpuUsPerEvent,
    peakMb,
    foreignCores,
  } = measured
  return [
    `accepted ${Math.round(acceptedPerS)}/s`,
    `delivered ${Math.round(deliveredPerS)}/s`,
    `p50 ${endToEndMs.p50.toFixed(1)} p99 ${endToEndMs.p99.toFixed(1)} ms`,
    `answered p50 ${acceptedMs.p50.toFixed(1)} p99 ${acceptedMs.p99.toFixed(1)} ms`,
    `lost ${lost}`,
    `wrong ${received.wrong}`,
    `${Math.round(cpuUsPerEvent)} µs/event`,
    `${Math.round(peakMb)} MB`,
    `others used ${foreignCores.toFixed(2)} cores`,
  ].join(', ')
}
