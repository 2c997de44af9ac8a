import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { connectionString, storeAddress } from '../../server/embedded-store/store-address.ts'
import { freePort } from '../harness/free-port.ts'
import { startHubProcess } from '../harness/hub-process.ts'
import type { HubProcess } from '../harness/hub-process.ts'
import { openHubHere } from '../harness/open-hub-here.ts'
import { seededRandom } from '../harness/seeded-random.ts'
import { startStoreProcess, storeUrl } from '../harness/store-process.ts'
import { checkPromises } from './check-promises.ts'
import type { Findings } from './check-promises.ts'
import { startSenders } from './start-senders.ts'
import type { Senders } from './start-senders.ts'
import { startSink } from './start-sink.ts'
import type { Sink } from './start-sink.ts'
import { waitUntilDrained } from './wait-until-drained.ts'
import { wireFlows } from './wire-flows.ts'

export interface CrashTestOptions {
  /** How many times something is killed. */
  rounds: number
  /** The store runs in a process of its own and is killed as well. */
  store?: boolean
  /** Two hubs share the store. */
  two?: boolean
  /** The receiver is down for a third of the rounds. */
  outage?: boolean
  connections: number
  people: number
  /** How long a hub works between being ready and being killed, at most. */
  liveMsMax: number
  drainMsMax: number
  seed: number
  onProgress: (line: string) => void
  /** The data folder is kept, to be looked at, also where everything held. */
  keep?: boolean
}

export interface CrashReport extends Findings {
  acknowledged: number
  effects: number
  hubKills: number
  storeKills: number
  /** Events that each hub's partitions had a share of; only where there are two. */
  shares: number[]
  slowestStartMs: number
  dir: string
}

const SECRET_KEY = randomBytes(32).toString('base64')
/** More than this under way teaches nothing and only makes the end wait. */
const UNDER_WAY_MAX = 3_000
/** One kill in so many comes while the hub is still starting. */
const KILLED_AT_START_ONE_IN = 6

/**
 * Posts genuine webhooks at full load while the hub (or its store) is killed again and again, lets everything come to
 * rest, and compares what was promised with what happened.
 */
export async function runCrashTest(options: CrashTestOptions): Promise<CrashReport> {
  const random = seededRandom(options.seed)
  const dir = mkdtempSync(join(tmpdir(), 'switchyard-crash-'))
  const sink = await startSink(random)
  const site = await buildSite(options, dir, sink)
  const client = new MongoClient(site.databaseUrl)
  let keep = true
  try {
    const senders = startSenders({
      connections: options.connections,
      people: options.people,
      ports: site.hubs.map(({ port }) => port),
      entrances: site.entrances,
      random,
      mayGoOn: (acknowledged) => acknowledged - sink.keysOf.size < UNDER_WAY_MAX,
    })
    await killRounds(options, site, senders, sink, random)
    sink.setDown(false)
    await site.allReady()
    await senders.finish()
    await waitUntilDrained(client.db(), options.drainMsMax, (left) => options.onProgress(`draining: ${left}`))
    const findings = await checkPromises(client.db(), senders, sink)
    const shares = options.two ? await sharesOf(client) : []
    await client.close()
    const codes = await Promise.all(site.hubs.map((hub) => hub.process.stop()))
    if (codes.some((code) => code !== 0)) {
      findings.broken.push({ promise: 'A hub that is asked to stop ends by itself.', ids: codes.map(String) })
    }
    keep = options.keep || findings.broken.length > 0
    return {
      ...findings,
      shares,
      acknowledged: senders.acknowledged.size,
      effects: sink.effects.length,
      hubKills: site.hubKills(),
      storeKills: site.storeKills(),
      slowestStartMs: Math.round(site.slowestStartMs()),
      dir,
    }
  } finally {
    await client.close()
    await site.close()
    await sink.close()
    if (!keep) rmSync(dir, { recursive: true, force: true })
  }
}

async function killRounds(
  { rounds, outage, store, liveMsMax, onProgress }: CrashTestOptions,
  site: Site,
  senders: Senders,
  sink: Sink,
  random: () => number,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    if (outage) sink.setDown(round > rounds / 3 && round <= (2 * rounds) / 3)
    const atStart = random() * KILLED_AT_START_ONE_IN < 1
    if (!atStart) await site.allReady()
    const liveMs = random() * liveMsMax
    await new Promise((resolve) => setTimeout(resolve, liveMs))
    const victim = store ? (['store', 'hub', 'both'] as const)[Math.floor(random() * 3)] : 'hub'
    const which = Math.floor(random() * site.hubs.length)
    await Promise.all([
      victim === 'store' ? undefined : site.killHub(which),
      victim === 'hub' ? undefined : site.killStore(),
    ])
    onProgress(
      `round ${round}/${rounds}: killed ${victim}${site.hubs.length > 1 ? ` ${which + 1}` : ''} ` +
        `${atStart ? 'while starting' : `after ${Math.round(liveMs)} ms`}; ` +
        `${senders.acknowledged.size} acknowledged, ${sink.keysOf.size} arrived`,
    )
  }
}

interface RunningHub {
  port: number
  process: HubProcess
  /** The store was killed since this process began; where that was while it started, it has ended with a sentence. */
  storeWentAway: boolean
}

interface Site {
  hubs: RunningHub[]
  entrances: Awaited<ReturnType<typeof wireFlows>>
  databaseUrl: string
  /** Resolves when every process is up; rejects when one of them will not come up. */
  allReady(): Promise<void>
  killHub(which: number): Promise<void>
  killStore(): Promise<void>
  hubKills(): number
  storeKills(): number
  slowestStartMs(): number
  close(): Promise<void>
}

/** The processes that are going to be killed, set up and running. */
async function buildSite(options: CrashTestOptions, dir: string, sink: Sink): Promise<Site> {
  const shared = options.store || options.two ? await freePort() : undefined
  const startStore = () =>
    shared === undefined
      ? undefined
      : startStoreProcess({ port: shared, dir: join(dir, 'store'), logFile: join(dir, 'store.log') })
  let store = startStore()
  await store?.ready

  const mongoUrl = shared === undefined ? undefined : storeUrl(shared)
  const envOf = (at: number): Record<string, string> => ({
    SWITCHYARD_DATA_DIR: join(dir, `hub-${at + 1}`),
    SWITCHYARD_SECRET_KEY: SECRET_KEY,
    SWITCHYARD_ADMIN_TOKEN: 'swy_crash-test-operator',
    SWITCHYARD_ALLOW_NETWORKS: `127.0.0.1/32:${sink.port}`,
    SWITCHYARD_LOG_LEVEL: 'warn',
    ...(mongoUrl === undefined ? {} : { MONGO_URL: mongoUrl }),
  })
  const entrances = await openHubHere(envOf(0), (deps, workspaceId) => wireFlows(deps, workspaceId, sink.url))
  const start = (at: number, port: number) =>
    startHubProcess({ port, env: envOf(at), logFile: join(dir, `hub-${at + 1}.log`) })
  const hubs: Site['hubs'] = []
  for (let at = 0; at < (options.two ? 2 : 1); at++) {
    const port = await freePort()
    hubs.push({ port, process: start(at, port), storeWentAway: false })
  }
  function startAgain(which: number, hub: RunningHub): void {
    hub.process = start(which, hub.port)
    hub.storeWentAway = false
  }
  /** Starts what the store took along, as whoever runs a hub would. */
  async function readyAgain(hub: RunningHub, which: number): Promise<number> {
    try {
      return await hub.process.ready
    } catch (err) {
      if (!hub.storeWentAway) throw err
      startAgain(which, hub)
      return hub.process.ready
    }
  }
  let hubKills = 0
  let storeKills = 0
  let slowestStartMs = 0

  return {
    hubs,
    entrances,
    databaseUrl: mongoUrl ?? connectionString(storeAddress(join(dir, 'hub-1', 'store'), '', undefined)).url,
    async allReady() {
      await store?.ready
      const started = await Promise.all(hubs.map(readyAgain))
      slowestStartMs = Math.max(slowestStartMs, ...started)
    },
    async killHub(which) {
      const hub = hubs[which]
      if (!hub) return
      await hub.process.kill()
      hubKills++
      startAgain(which, hub)
    },
    async killStore() {
      if (!store) return
      await store.kill()
      storeKills++
      for (const hub of hubs) hub.storeWentAway = true
      store = startStore()
      await store?.ready
    },
    hubKills: () => hubKills,
    storeKills: () => storeKills,
    slowestStartMs: () => slowestStartMs,
    async close() {
      await Promise.all(hubs.map(({ process }) => process.kill()))
      await store?.kill()
    },
  }
}

/** How many deliveries were last written by each owner's lease; two hubs that share the work both have some. */
async function sharesOf(client: MongoClient): Promise<number[]> {
  const rows = await client
    .db()
    .collection('leases')
    .aggregate<{ _id: string; count: number }>([{ $group: { _id: '$owner', count: { $sum: 1 } } }])
    .toArray()
  return rows.map(({ count }) => count)
}
