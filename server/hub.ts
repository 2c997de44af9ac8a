import type { RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestHandler } from 'express'
import type { AnyConnector } from '#sdk'
import { connectors as registry } from '../connectors/registry.ts'
import { createAccounts } from './accounts/accounts.ts'
import { createBrowserCookies } from './accounts/browser-cookies.ts'
import { offerSetUp } from './accounts/offer-set-up.ts'
import type { SetUpLink } from './accounts/offer-set-up.ts'
import { receiveIdentity } from './accounts/receive-identity.ts'
import { createApp } from './app.ts'
import { createAccessTokens } from './connections/access-tokens.ts'
import { createConnectionDirectory } from './connections/connection-directory.ts'
import { createGrantStore } from './connections/grant-store.ts'
import { createPendingSignInStore } from './connections/pending-sign-in-store.ts'
import { receiveSignIn } from './connections/receive-sign-in.ts'
import { secretFields } from './connections/secret-values.ts'
import { storesFor } from './deps.ts'
import type { HubDeps } from './deps.ts'
import type { Env } from './env.ts'
import { ownSecrets } from './first-start.ts'
import type { GraphqlDeps } from './graphql/graphql-handler.ts'
import { createFlowDirectory } from './flows/flow-directory.ts'
import { createCrowd } from './ingest/crowd.ts'
import { createReceiptWriter } from './ingest/store-receipt.ts'
import { checkKeyFingerprints } from './key-fingerprints.ts'
import { createMappingDirectory } from './mappings/mapping-directory.ts'
import { checkClock } from './platform/check-clock.ts'
import { createConfigRevision } from './platform/config-revision.ts'
import { watchDiskSpace } from './platform/disk-space.ts'
import { takeFolderTurn } from './platform/folder-turn.ts'
import { createFormulaRunner } from './platform/formula-process.ts'
import { createIdentityProvider } from './platform/identity-provider.ts'
import { newId } from './platform/ids.ts'
import { createLiveFeed } from './platform/live-feed.ts'
import { createLogger } from './platform/logger.ts'
import type { Logger } from './platform/logger.ts'
import { createMetrics } from './platform/metrics.ts'
import { openDatabase } from './platform/mongo.ts'
import { openNetwork } from './platform/network.ts'
import { createNumbers } from './platform/numbers.ts'
import { createQueue } from './platform/queue.ts'
import { createRounds } from './platform/rounds.ts'
import { parseAllowedNetworks } from './platform/safe-address.ts'
import { migrate } from './platform/schema-version.ts'
import { createSharedLiveFeed } from './platform/shared-live-feed.ts'
import { noTracing } from './platform/tracing.ts'
import type { Tracing } from './platform/tracing.ts'
import { createVault } from './platform/vault.ts'
import { version } from './platform/version.ts'
import { eventCollection } from './events/event-store.ts'
import { createBringsNews } from './pipeline/brings-news.ts'
import { createDestinationHealth } from './pipeline/destination-health.ts'
import { createKnownThings } from './pipeline/known-things.ts'
import { createPipeline } from './pipeline/pipeline.ts'
import { createSendBudget } from './pipeline/send-budget.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { createPoller } from './polls/poller.ts'
import type { RowWorker } from './platform/row-worker.ts'
import { createRefusedKeeper } from './receipts/prune-refused.ts'
import { receiptCollection } from './receipts/receipt-store.ts'
import { createBacklogReader } from './read-backlog.ts'
import { readLoad } from './read-load.ts'
import { createRegistrar } from './registrations/registrar.ts'
import { startRecurringJobs } from './recurring-jobs.ts'
import { migrations } from './schema.ts'
import { serveMetrics } from './serve-metrics.ts'
import { servePage } from './serve-page.ts'
import { takeOver } from './take-over.ts'
import { ensureFirstWorkspace } from './workspaces/ensure-first-workspace.ts'
import { createWorkspaceStore } from './workspaces/workspace-store.ts'

/** A hub that is put together but does not listen. */
export interface Hub {
  app: RequestListener
  deps: HubDeps
  pipeline: Pipeline
  poller: RowWorker
  registrar: RowWorker
  adminToken: string
  /** Files with secrets that this start has made. */
  madeFiles: string[]
  /** How the first owner comes in, while there is none. */
  setUpLink: SetUpLink | undefined
  /** Where the hub can be reached, once that is known: it must never send to itself. */
  listensOn(port: number): void
  /** Takes its share of the work and begins with it. */
  start(): Promise<void>
  /**
   * Finishes what is under way and gives the rest back. False where something could not be ended in order, mostly since
   * the database is away; everything after it is ended all the same.
   */
  stop(): Promise<boolean>
}

/** What a hub finds around it; tests put their own in its place. */
export interface Surroundings {
  now?: () => Date
  connectors?: ReadonlyMap<string, AnyConnector>
  bytesFree?: (folder: string) => number
  /** Default: standard output. */
  logTo?: { write(line: string): unknown }
}

/** Puts a hub together from its settings: opens the store, brings it up to date, checks keys and clock. */
export async function createHub(env: Env, surroundings: Surroundings = {}): Promise<Hub> {
  const { now = () => new Date(), connectors = registry } = surroundings
  let listeningPort = env.port
  // Read before anything is opened or made: a slip in the settings changes nothing.
  const allowed = parseAllowedNetworks(env.allowNetworks, () => listeningPort || undefined)
  const secrets = ownSecrets(env)
  const log = createLogger({
    level: env.logLevel,
    secrets: [
      ...secrets.secretKey.split(','),
      secrets.adminToken,
      secrets.metricsToken,
      env.oidc?.clientSecret ?? '',
      ...headerValues(env.otlp?.headers),
    ],
    secretNames: [...connectors.values()].flatMap(({ auth }) => secretFields(auth.fields)),
    ...(surroundings.logTo ? { destination: surroundings.logTo } : {}),
  })
  const vault = createVault(secrets.secretKey)
  const database = await openDatabase(env)
  const processId = newId('prc')
  const db = database.connection
  if (!database.exclusive) await checkClock(db, now)
  await migrate(db, migrations, { processId, now, log })
  const turn = database.exclusive
    ? undefined
    : await takeFolderTurn(env.dataDir, processId, (predecessor) => takeOver(db, predecessor))
  await checkKeyFingerprints(db, vault)

  const publicUrl = env.publicUrl ?? `http://${env.host}:${env.port}`
  const config = createConfigRevision(db, database.exclusive)
  const disk = watchDiskSpace(env.dataDir, surroundings)
  const metrics = createMetrics()
  const tracing = await startTracing(env, processId, log)
  const formulas = createFormulaRunner({
    onLost: (end) => metrics.formulaProcessesLost.add(end),
    onSuspended: ({ expression, code }) =>
      log.warn({ stage: 'formula.suspended', reason: code, formula: expression }),
  })
  const previewFormulas = createFormulaRunner()
  const stopping = new AbortController()
  const works = env.role !== 'api'
  const network = openNetwork(allowed)
  const grants = createGrantStore(db)
  const accessTokens = createAccessTokens({
    network,
    grants,
    vault,
    config,
    processId,
    now,
    newId,
    log,
    stopping: stopping.signal,
    sleep,
  })
  const deps: HubDeps = {
    database,
    processId,
    accounts: createAccounts(db),
    identityProvider: env.oidc && createIdentityProvider(env.oidc, { network, now }),
    connectors,
    connections: createConnectionDirectory({ database: db, connectors, vault, config, publicUrl, now }),
    flows: createFlowDirectory(db, config),
    mappings: createMappingDirectory(db, config, connectors),
    formulas,
    vault,
    network,
    accessTokens,
    sendBudget: createSendBudget(db, now, log),
    grants,
    pendingSignIns: createPendingSignInStore(db),
    config,
    live: database.exclusive ? createLiveFeed() : createSharedLiveFeed(db, processId),
    log,
    metrics,
    tracing,
    workspaces: createWorkspaceStore(db),
    storesOf: storesFor(database, newId, now),
    publicUrl,
    now,
    newId,
    random: Math.random,
    diskHasRoom: () => disk.hasRoom(),
    onReopened: (receipt) => works && pipeline.reopen(receipt),
    stopping: stopping.signal,
  }
  await ensureFirstWorkspace(deps)

  const crowd = createCrowd()
  const pipeline = createPipeline({ ...deps, crowd })
  const queue = createQueue(db, processId, log)
  const rounds = createRounds(log)
  const receipts = createReceiptWriter({
    receipts: receiptCollection(db),
    writes: database.writes,
    numbers: createNumbers(db, 'receipts', database.exclusive),
    metrics,
    crowd,
    onStored: (docs) => works && pipeline.offer(docs),
    now,
  })
  const poller = createPoller({
    ...deps,
    receipts,
    bringsNews: createBringsNews({ ...deps, events: eventCollection(db), known: createKnownThings(db, now) }),
  })
  const registrar = createRegistrar(deps)
  const refused = createRefusedKeeper(db, log)
  const app = createApp({
    serves:
      env.role === 'worker'
        ? undefined
        : {
            receive: { ...deps, receipts, onRefused: refused.noteRefused },
            signIn: receiveSignIn({ ...deps, health: createDestinationHealth(db, now) }),
            graphql: await loadGraphql({
              // A preview may try anything; it must not make the formulas of live events wait.
              hub: { ...deps, formulas: previewFormulas },
              adminToken: secrets.adminToken,
            }),
            identity:
              deps.identityProvider &&
              receiveIdentity({
                ...deps,
                provider: deps.identityProvider,
                cookies: createBrowserCookies(publicUrl),
                allowedDomains: env.oidc?.allowedDomains ?? [],
              }),
            page: servePage(),
          },
    log,
    metrics: serveMetrics({
      token: secrets.metricsToken,
      metrics,
      readings: () => readLoad({ env, pipeline, poller, registrar, receipts, diskHasRoom: deps.diskHasRoom }),
      backlog: createBacklogReader(deps, queue),
    }),
    notReady: () => notReady(deps),
    trustProxy: env.trustProxy,
  })

  return {
    app,
    deps,
    pipeline,
    poller,
    registrar,
    adminToken: secrets.adminToken,
    madeFiles: secrets.made,
    setUpLink: env.role === 'worker' ? undefined : await offerSetUp(deps),
    listensOn(port) {
      listeningPort = port
    },
    async start() {
      if (!works) return
      await pipeline.start()
      await startRecurringJobs({ deps, queue, rounds, pipeline, poller, registrar })
    },
    async stop() {
      const ends: (() => void | Promise<void>)[] = [
        ...(works ? [() => queue.stop()] : []),
        () => rounds.stop(),
        () => poller.stop(),
        () => registrar.stop(),
        () => receipts.idle(),
        ...(works ? [() => pipeline.stop()] : []),
        () => accessTokens.idle(),
        () => stopping.abort(),
        () => config.stop(),
        () => deps.live.stop(),
        () => disk.stop(),
        () => formulas.stop(),
        () => previewFormulas.stop(),
        () => tracing.stop(),
        () => deps.network.close(),
        () => database.close(),
        () => turn?.release(),
      ]
      let drained = true
      for (const end of ends) {
        try {
          await end()
        } catch (err) {
          drained = false
          log.warn({ stage: 'process.not_ended', err })
        }
      }
      return drained
    },
  }
}

/** The packages are read only where somebody collects traces. */
async function startTracing({ otlp }: Env, processId: string, log: Logger): Promise<Tracing> {
  if (!otlp) return noTracing
  const { startOtlpTracing } = await import('./platform/otlp-tracing.ts')
  return startOtlpTracing({ ...otlp, version, processId, log })
}

/** `name=value,…`: what a collector may ask for, often a key. */
function headerValues(headers = ''): string[] {
  return headers.split(',').flatMap((pair) => pair.slice(pair.indexOf('=') + 1).trim() || [])
}

/** Read only where it is served: a worker starts faster and smaller without it. */
async function loadGraphql(deps: GraphqlDeps): Promise<RequestHandler> {
  const { graphqlHandler } = await import('./graphql/graphql-handler.ts')
  return graphqlHandler(deps)
}

/** Writable, and with room on the disk: the two things without which nothing may be acknowledged. */
async function notReady({ database, processId, diskHasRoom, now }: HubDeps): Promise<string | undefined> {
  if (!diskHasRoom()) return 'The disk is nearly full.'
  try {
    const probes = database.connection.collection<{ _id: string; at: Date }>('ready_probes')
    await probes.updateOne({ _id: 'probe' }, { $set: { at: now(), by: processId } }, { upsert: true })
    return undefined
  } catch {
    return 'The database cannot be written to.'
  }
}
