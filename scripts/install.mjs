// Brings node_modules in line with package-lock.json before `npm start`, `npm test` and the other scripts.
//
// Plain JavaScript on purpose: on a bare clone it runs on the machine's own Node (18 or newer), and it is what
// fetches the Node the hub runs on. Silent and quick when there is nothing to do.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, '.cache', 'install.pid')
const requiredNodeMajor = 26

/** The packages of a lockfile by their place, or `undefined` when the file is missing or cut short. */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Why an install is needed, or `undefined`. npm writes its own record of node_modules last, so an install that was
 * interrupted leaves none. Contents are compared, not dates: a copied or checked-out folder has dates that say nothing.
 */
function reasonToInstall() {
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is missing'

  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'))
  if (!installed) return 'the last install was not finished'

  const wanted = readPackages(join(root, 'package-lock.json'))
  if (!wanted) return undefined // npm ci would refuse as well; whatever is installed is the best there is

  // An install without development packages is complete where the machine's own Node can run the hub.
  const devNeeded = process.env.npm_lifecycle_event !== 'prestart' || ownNodeMajor() < requiredNodeMajor
  for (const [place, { version, optional, dev, devOptional, peer }] of Object.entries(wanted)) {
    if (place === '') continue
    const found = installed[place]
    if (found ? found.version !== version : !(optional || devOptional || peer || (dev && !devNeeded)))
      return `${place.replace(/^.*node_modules\//, '')} should be ${version}`
  }
  for (const place of Object.keys(installed)) {
    if (!wanted[place]) return `${place.replace(/^.*node_modules\//, '')} is no longer used`
  }
  if (
    devNeeded &&
    !existsSync(join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'))
  )
    return `Node ${requiredNodeMajor} is missing from node_modules`
  return undefined
}

function ownNodeMajor() {
  return Number(process.versions.node.split('.')[0])
}

/**
 * Waits while another install works in this folder: two at once leave a broken tree. The mark holds the process id of
 * npm itself, which can outlive a killed script. A mark whose process is gone counts for nothing, nor does one older
 * than any install takes: its number may have passed to another process by now.
 */
async function waitForOther() {
  for (let told = false; ; told = true) {
    const markedAt = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const pid = markedAt > Date.now() - 10 * 60_000 ? Number(readFileSync(mark, 'utf8')) : 0
    if (!isRunning(pid)) return
    if (!told) console.log(`Another install is under way (process ${pid}); waiting for it ...`)
    await sleep(250)
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Runs `npm ci`; npm's own words go to the terminal. Resolves to its exit code. */
async function install() {
  // Started by npm we use that npm and its Node: ours may lie in the very folder that npm is about to delete.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  // Warnings are left out: they say that packages want a newer Node than this machine's, which is about to be fetched.
  const args = ['ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']
  const options = { cwd: root, stdio: 'inherit' }
  const child =
    npm && node
      ? spawn(node, [npm, ...args], options)
      : spawn('npm', args, { ...options, shell: process.platform === 'win32' })
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, String(child.pid ?? 0))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))

  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`npm could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (status) => resolve(status ?? 1))
  })
  rmSync(mark, { force: true })
  return code
}

let reason = reasonToInstall()
if (reason) {
  await waitForOther()
  reason = reasonToInstall()
}
if (reason) {
  const startedAt = Date.now()
  console.log(`Installing packages (${reason}). This takes up to a minute ...`)
  const code = await install()
  if (code !== 0) {
    console.error(
      'The packages could not be installed; npm says why above. ' +
        'Most often the registry cannot be reached. Run the same command again once it can.',
    )
    process.exit(code)
  }
  console.log(`Packages installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`)
}
