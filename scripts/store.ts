import { readEnv } from '../server/env.ts'
import { copyStore } from '../server/embedded-store/copy-store.ts'
import { restoreStore } from '../server/embedded-store/restore-store.ts'
import { startEmbeddedStore } from '../server/embedded-store/start-embedded-store.ts'
import { storeFolder } from '../server/platform/store-folder.ts'
import { createProgram } from './command-line/create-program.ts'
import { runCommand } from './command-line/run-command.ts'
import { ports, wholeNumber } from './command-line/whole-number.ts'

const program = createProgram('store').description('The embedded MongoDB-compatible store on its own.')

program
  .command('serve', { isDefault: true })
  .description('serve the store in the foreground and print its connection string')
  .option('--dir <folder>', "the store's folder; default: in the data folder of the hub")
  .option(
    '--port <number>',
    'listen on this TCP port of this machine; without it on a socket in the folder',
    (text) => wholeNumber('--port', text, ports),
  )
  .option('--ttl-sweep-ms <number>', 'how often expired documents are removed', (text) =>
    wholeNumber('--ttl-sweep-ms', text, { min: 1, max: 86_400_000 }),
  )
  .action(async ({ dir, ...options }: { dir?: string; port?: number; ttlSweepMs?: number }) => {
    const store = await startEmbeddedStore({ dir: folderOf(dir), ...options })
    process.stdout.write(`${store.url}\n`)
    const stop = () => void store.stop().then(() => process.exit(0))
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })

program
  .command('backup <file>')
  .description('write a copy of the store to a new file, whether the hub is running or not')
  .option('--dir <folder>', "the store's folder; default: in the data folder of the hub")
  .action(async (file: string, { dir }: { dir?: string }) => {
    const { documents } = await copyStore(folderOf(dir), file)
    process.stdout.write(
      `Wrote ${file}: ${documents} documents. Secrets in it need the key, which is not in it.\n`,
    )
  })

program
  .command('restore <file>')
  .description('put such a copy where there is no store, for the next start')
  .option('--dir <folder>', "the store's folder; default: in the data folder of the hub")
  .action((file: string, options: { dir?: string }) => {
    const dir = folderOf(options.dir)
    restoreStore(file, dir)
    process.stdout.write(
      `Restored to ${dir}. Secrets in it need the key of that time: the file secret-key in the data folder, or SWITCHYARD_SECRET_KEY.\n`,
    )
  })

/** Where the hub keeps its store, unless another folder is meant; settings that it cannot use are told only then. */
function folderOf(dir: string | undefined): string {
  return dir ?? storeFolder(readEnv(process.env).dataDir)
}

const usage = program.commands.map((command) => command.helpInformation()).join('\n')
await runCommand(usage, async () => void (await program.parseAsync()))
