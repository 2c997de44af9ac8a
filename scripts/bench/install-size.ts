import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const lockfile = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })),
})

/** What `npm ci --omit=dev` puts into node_modules, in bytes; the runtime itself is not part of it. */
export function productionInstallBytes(): number {
  const root = resolve(import.meta.dirname, '../..')
  const text = readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')
  const { packages } = lockfile.parse(JSON.parse(text))
  return Object.entries(packages).reduce(
    (sum, [path, { dev }]) => (dev ? sum : sum + sizeOf(join(root, path))),
    0,
  )
}

/** Packages inside a package are listed by themselves. */
function sizeOf(path: string): number {
  const stat = lstatSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
