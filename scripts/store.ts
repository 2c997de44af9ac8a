import { Command } from 'commander'
import { readEnv } from '../server/env.ts'
import { copyStore } from '../server/embedded-store/copy-store.ts'
import { restoreStore } from '../server/embedded-store/restore-store.ts'
import { startEmbeddedStore } from '../server/embedded-store/start-embedded-store.ts'
import { storeFolder } from '../server/platform/store-folder.ts'

const defaultDir = storeFolder(readEnv(process.env).dataDir)

const program = new Command('store').description('The embedded MongoDB-compatible store on its own.')

program
  .command('serve', { isDefault: true })
  .description('serve the store in the foreground and print its connection string')
  .option('--dir <folder>', "the store's folder", defaultDir)
  .option('--port <number>', 'listen on this TCP port of this machine; without it on a socket in the folder')
  .option('--ttl-sweep-ms <number>', 'how often expired documents are removed')
  .action(async (options: { dir: string; port?: string; ttlSweepMs?: string }) => {
    const store = await startEmbeddedStore({
      dir: options.dir,
      port: options.port === undefined ? undefined : Number(options.port),
      ttlSweepMs: options.ttlSweepMs === undefined ? undefined : Number(options.ttlSweepMs),
    })
    process.stdout.write(`${store.url}\n`)
    const stop = () => void store.stop().then(() => process.exit(0))
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })

program
  .command('backup <file>')
  .description('write a copy of the store to a new file, whether the hub is running or not')
  .option('--dir <folder>', "the store's folder", defaultDir)
  .action(async (file: string, options: { dir: string }) => {
    const { documents } = await copyStore(options.dir, file)
    process.stdout.write(
      `Wrote ${file}: ${documents} documents. Secrets in it need the key, which is not in it.\n`,
    )
  })

program
  .command('restore <file>')
  .description('put such a copy where there is no store, for the next start')
  .option('--dir <folder>', "the store's folder", defaultDir)
  .action((file: string, { dir }: { dir: string }) => {
    restoreStore(file, dir)
    process.stdout.write(
      `Restored to ${dir}. Secrets in it need the key of that time: the file secret-key in the data folder, or SWITCHYARD_SECRET_KEY.\n`,
    )
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
