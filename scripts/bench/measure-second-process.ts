import { join } from 'node:path'
import { freePort } from '../harness/free-port.ts'
import { startStoreProcess, storeUrl } from '../harness/store-process.ts'
import { prepareBenchHub } from './bench-hub.ts'
import { measureLoad } from './measure-load.ts'
import type { Measured, Stage } from './measure-load.ts'

/** The same load at one hub and at two that share a store. */
export interface SecondProcess {
  one: Measured
  two: Measured
  /** Delivered per second with two over with one. */
  ratio: number
  lost: number
}

const CONNECTIONS = 32
/** What two processes take over from each other needs a moment. */
const IDLE_MS_MAX = 20_000

export async function measureSecondProcess(
  stage: Stage,
  dir: string,
  sinkUrl: string,
  quick: boolean,
): Promise<SecondProcess> {
  const port = await freePort()
  const store = startStoreProcess({ port, dir: join(dir, 'store'), logFile: join(dir, 'store.log') })
  await store.ready
  const mongoUrl = storeUrl(port)
  const first = await prepareBenchHub({
    dir: join(dir, 'hub-1'),
    destinations: [[`${sinkUrl}/hook`]],
    mongoUrl,
  })
  const second = await prepareBenchHub({ dir: join(dir, 'hub-2'), destinations: [], mongoUrl })
  const load = {
    entrances: first.entrances[0]!,
    connections: CONNECTIONS,
    seconds: quick ? 4 : 8,
    idleMsMax: IDLE_MS_MAX,
  }
  const one = await first.start()
  let other: Awaited<ReturnType<typeof second.start>> | undefined
  try {
    const ofOne = { ...load, ports: [first.port], pids: [one.process.pid, store.pid] }
    await measureLoad(stage, { ...ofOne, seconds: 2 })
    const alone = await measureLoad(stage, ofOne)
    other = await second.start()
    const ofTwo = {
      ...load,
      ports: [first.port, second.port],
      pids: [one.process.pid, other.process.pid, store.pid],
    }
    await measureLoad(stage, { ...ofTwo, seconds: 4 })
    const together = await measureLoad(stage, ofTwo)
    return {
      one: alone,
      two: together,
      ratio: together.deliveredPerS / alone.deliveredPerS,
      lost: alone.lost + together.lost,
    }
  } finally {
    await one.process.stop()
    await other?.process.stop()
    await store.stop()
  }
}
