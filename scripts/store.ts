import { Command } from 'commander'
import { readEnv } from '../server/env.ts'
import { copyStore } from '../server/embedded-store/copy-store.ts'
import { startEmbeddedStore } from '../server/embedded-store/start-embedded-store.ts'

const defaultDir = readEnv(process.env).dataDir

const program = new Command('store').description('The embedded MongoDB-compatible store on its own.')

program
  .command('serve', { isDefault: true })
  .description('serve the data folder in the foreground and print its connection string')
  .option('--dir <folder>', 'the data folder', defaultDir)
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
  .description('write a copy of the data folder to a new file, whether the hub is running or not')
  .option('--dir <folder>', 'the data folder', defaultDir)
  .action(async (file: string, options: { dir: string }) => {
    const { documents } = await copyStore(options.dir, file)
    process.stdout.write(
      `Wrote ${file}: ${documents} documents. Secrets in it need the key, which is not in it.\n`,
    )
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
