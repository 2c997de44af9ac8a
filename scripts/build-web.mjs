// Builds the page when it is missing or older than its sources: before `npm start`, and before the tests.
//
// Plain JavaScript, because on a bare clone it runs on the machine's own Node (18 or newer); the build itself runs on
// the project's. Silent and quick when there is nothing to do.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const web = join(root, 'web')
const built = join(web, 'dist')
const mark = join(built, 'sources.sha256')
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')

/**
 * A digest of everything the page is made of, the versions of packages included. Contents are compared, not dates: a
 * copied or checked-out folder has dates that say nothing.
 */
function digestOfSources() {
  const hash = createHash('sha256')
  const read = (file) =>
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (!/^(dist|testing)/.test(relative(web, path))) walk(path)
      } else if (!/[.](test|d)[.]tsx?$|[.]md$/.test(entry.name)) read(path)
    }
  }
  walk(web)
  read(join(root, 'package-lock.json'))
  return hash.digest('hex')
}

/** Builds beside the old one and puts it in its place when it is whole: whoever is served meanwhile gets either. */
function build(digest) {
  const fresh = join(web, `dist-${process.pid}`)
  const node = join(root, 'node_modules', '.bin', 'node')
  const args = [
    vite,
    'build',
    web,
    '--config',
    join(web, 'vite.config.ts'),
    '--outDir',
    fresh,
    '--logLevel',
    'error',
  ]
  const { status, error } = spawnSync(existsSync(node) ? node : process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    console.error(`The page could not be built${error ? `: ${error.message}` : '; vite says why above'}.`)
    return 1
  }
  mkdirSync(fresh, { recursive: true })
  writeFileSync(join(fresh, 'sources.sha256'), `${digest}\n`)
  rmSync(built, { recursive: true, force: true })
  renameSync(fresh, built)
  return 0
}

const digest = digestOfSources()
const isFresh = existsSync(mark) && readFileSync(mark, 'utf8').trim() === digest
if (!isFresh && !existsSync(vite)) {
  const served = existsSync(mark)
    ? 'What was built before is served.'
    : 'The hub has no page until then; its API works.'
  console.log(
    `The page cannot be built: vite is missing, because packages were installed without development ones. ${served}`,
  )
} else if (!isFresh) {
  const startedAt = Date.now()
  console.log('Building the page ...')
  process.exitCode = build(digest)
  if (!process.exitCode) console.log(`Page built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`)
}
