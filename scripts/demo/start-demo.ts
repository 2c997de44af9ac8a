import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readEnv } from '../../server/env.ts'
import { createHub } from '../../server/hub.ts'
import type { Hub, Surroundings } from '../../server/hub.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'
import { createFeed } from './feed.ts'
import type { Feed } from './feed.ts'
import { createMovedClock } from './moved-clock.ts'
import type { MovedClock } from './moved-clock.ts'
import { checkOwnFolder, makeOwnFolder } from './own-folder.ts'
import { planMonth } from './plan-month.ts'
import { writeRecipes } from './recipes.ts'
import { foundTeam } from './team.ts'
import type { Team } from './team.ts'
import { connectTools } from './tools.ts'
import type { Tools } from './tools.ts'
import { troubles } from './troubles.ts'

/** A hub with a past, running. */
export interface Demo {
  url: string
  hub: Hub
  sandbox: Sandbox
  clock: MovedClock
  feed: Feed
  team: Team
  tools: Tools
  close: () => Promise<void>
}

export interface DemoOptions {
  /** Made anew; see `makeOwnFolder`. */
  dataDir: string
  /** 0: any that is free. */
  port: number
  /** How long the hub has been in use. */
  days?: number
  /** Which part of the usual hundred and fifty people come. */
  share?: number
  /** Told of each day that has passed. */
  onDay?: (day: number, days: number) => void
  /** Opened when the folder is there. */
  logTo: () => NonNullable<Surroundings['logTo']>
}

const DAY_MS = 86_400_000

/**
 * Starts the vendors’ stand-ins and a hub whose clock is some days behind, sets it up as its people would, lets those
 * days happen, and then lets the clock show what every other shows.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { dataDir, port, days = 30, share, onDay, logTo } = options
  const until = new Date()
  const clock = createMovedClock(morningBefore(new Date(until.getTime() - days * DAY_MS)))
  // Before the port: another port would not help against a demo that runs already.
  checkOwnFolder(dataDir)
  const server = await listen(port)
  makeOwnFolder(dataDir)
  const sandbox = await startSandbox({ now: clock.now })
  const url = `http://127.0.0.1:${portOf(server.address())}`
  const env = readEnv({
    SWITCHYARD_DATA_DIR: dataDir,
    SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks,
    PORT: new URL(url).port,
  })
  const hub = await createHub(env, { now: clock.now, logTo: logTo() })
  server.on('request', hub.app)
  await hub.start()

  const team = await foundTeam(url, hub.setUpLink?.url ?? '')
  await keepLonger(team)
  const tools = await connectTools(team.ops, sandbox)
  const recipes = await writeRecipes(team.marketer, tools)
  const feed = createFeed({ hub, clock, sandbox, tools })
  await feed.letPass(10)
  await live(until)
  clock.showRealTime()
  await feed.at(clock.now())

  return {
    url,
    hub,
    sandbox,
    clock,
    feed,
    team,
    tools,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await hub.stop()
      await sandbox.close()
    },
  }

  /** The days themselves: what people do, and what goes wrong in between. */
  async function live(now: Date): Promise<void> {
    const stage = { feed, now: clock.now, team, tools, recipes, sandbox }
    const since = now.getTime() - days * DAY_MS
    const ahead = troubles
      .map(({ when, happens }, index) => ({
        at: duringTheDay(new Date(since + when * days * DAY_MS), index),
        happens,
      }))
      .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    let day = 0
    for (const happening of planMonth(now, { days, share }).happenings) {
      for (let next = ahead[0]; next && next.at < happening.at; next = ahead[0]) {
        ahead.shift()
        await feed.at(next.at)
        await next.happens(stage)
      }
      await feed.happen(happening)
      const passed = Math.floor((happening.at.getTime() - since) / DAY_MS)
      if (passed > day) onDay?.((day = passed), days)
    }
    for (const trouble of ahead) await trouble.happens(stage)
  }
}

/** The hub was set up during office hours, a day before anything happens. */
function morningBefore(day: Date): Date {
  const morning = new Date(day)
  morning.setDate(day.getDate() - 1)
  morning.setHours(9, 40, 0, 0)
  return morning
}

/** People look after their tools while offices are open: what would come at night comes in the afternoon before. */
function duringTheDay(at: Date, index: number): Date {
  const hour = at.getHours()
  if (hour >= 9 && hour < 18) return at
  const afternoon = new Date(at)
  if (hour < 9) afternoon.setDate(at.getDate() - 1)
  afternoon.setHours(15, 4 * index, 0, 0)
  return afternoon
}

/** What is thirty days old is still to be looked at: bodies are kept for two months here, and not for one. */
async function keepLonger({ owner }: Team): Promise<void> {
  await owner.change(
    `mutation ($retention: RetentionInput!) {
      setRetention(retention: $retention) { ... on Workspace { id } ... on HubError { code message } }
    }`,
    { retention: { bodiesDays: 60, receiptsDays: 90, refusedDays: 14, deliveriesDays: 400 } },
  )
}

async function listen(port: number): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Error(
          `Port ${port} cannot be used (${cause.message}). End what listens there, or choose another: npm run demo -- --port 4001`,
          { cause },
        ),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The demo listens on no port.')
  return address.port
}
