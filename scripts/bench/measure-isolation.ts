import { freePort } from '../harness/free-port.ts'
import { prepareBenchHub } from './bench-hub.ts'
import { measureLoad } from './measure-load.ts'
import type { Stage } from './measure-load.ts'
import { median } from './summary.ts'

/** How the same load arrives at a healthy destination alone, and beside a dead one and one that takes half a minute. */
export interface Isolation {
  pairs: { alone: number; beside: number }[]
  p99Alone: number
  p99Beside: number
  holds: boolean
  verdict: string
}

const RATE = 50
const CONNECTIONS = 32
/** Healthy deliveries may become this much slower, or stay below so many milliseconds. */
const RATIO_MAX = 2
const ENOUGH_MS = 40

export async function measureIsolation(
  stage: Stage,
  dir: string,
  sinkUrl: string,
  quick: boolean,
): Promise<Isolation> {
  const healthy = `${sinkUrl}/hook`
  const dead = `http://127.0.0.1:${await freePort()}/hook`
  const hub = await prepareBenchHub({ dir, destinations: [[healthy], [healthy, dead, `${sinkUrl}/slow`]] })
  const { process } = await hub.start()
  const [calm, troubled] = hub.entrances
  if (!calm || !troubled) throw new Error('Both pairs of sources are needed.')
  const load = {
    ports: [hub.port],
    pids: [process.pid],
    connections: CONNECTIONS,
    rate: RATE,
    seconds: quick ? 3 : 8,
  }
  try {
    await measureLoad(stage, { ...load, entrances: calm })
    const pairs: Isolation['pairs'] = []
    for (let pair = 0; pair < (quick ? 1 : 5); pair++) {
      const alone = await measureLoad(stage, { ...load, entrances: calm })
      const beside = await measureLoad(stage, { ...load, entrances: troubled })
      pairs.push({ alone: alone.endToEndMs.p99, beside: beside.endToEndMs.p99 })
    }
    const p99Alone = median(pairs.map(({ alone }) => alone))
    const p99Beside = median(pairs.map(({ beside }) => beside))
    const ratio = median(pairs.map(({ alone, beside }) => beside / alone))
    const holds = ratio <= RATIO_MAX || p99Beside <= ENOUGH_MS
    const verdict =
      `${p99Alone.toFixed(1)} ms alone, ${p99Beside.toFixed(1)} ms beside a dead and a slow one ` +
      `(${ratio.toFixed(2)} ×): ${holds ? 'isolated' : 'NOT ISOLATED'}`
    return { pairs, p99Alone, p99Beside, holds, verdict }
  } finally {
    // It still waits for answers of the slow one.
    await process.kill()
  }
}
