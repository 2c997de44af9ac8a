import type { HubProcess } from '../harness/hub-process.ts'
import type { BenchHub } from './bench-hub.ts'
import { sleep } from './clock.ts'
import { behave, compare, startLoad, waitForArrivals } from './measure-load.ts'
import type { LoadOptions, Measured, Stage } from './measure-load.ts'
import type { Behaviour } from './messages.ts'

/** What was accepted before a crash, and what became of it. */
export type CrashMeasured = Omit<Measured, 'cpuUsPerEvent' | 'peakMb' | 'foreignCores'> & {
  /** The hub that was started after the crash. */
  process: HubProcess
  restartMs: number
}

/** Time for duplicates to show after everything has arrived. */
const LATE_MS = 1_000

/** SIGKILL in the middle of load, then a restart; the receiver is well again by then. Counts what never arrives. */
export async function measureCrash(
  stage: Stage,
  options: {
    hub: BenchHub
    running: HubProcess
    load: LoadOptions
    how: { seconds: number; rate?: number; behaviour: Behaviour; idleMsMax: number }
  },
): Promise<CrashMeasured> {
  const { hub, running, how } = options
  await behave(stage, how.behaviour)
  const { over } = await startLoad(stage, { ...options.load, seconds: how.seconds + 1, rate: how.rate })
  await sleep(how.seconds * 1_000)
  await running.kill()
  await stage.generator.ask({ kind: 'stop' })
  const load = await over
  await behave(stage, { ...how.behaviour, down: false })
  const { process, startMs } = await hub.start()
  const accepted = load.status.reduce((sum, status) => sum + (status >= 200 && status < 300 ? 1 : 0), 0)
  await waitForArrivals(stage, accepted, how.idleMsMax)
  await sleep(LATE_MS)
  await behave(stage, {})
  return { ...(await compare(stage, load)), process, restartMs: startMs }
}
