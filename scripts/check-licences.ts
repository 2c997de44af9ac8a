import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** Licences that ask for no more than their own text to be kept. */
const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'Unlicense',
])

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dev: z.boolean().optional(),
      license: z.string().optional(),
    }),
  ),
})
const manifest = z.object({
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
})

/** A package of the production install, with the licence it names. */
export interface Licensed {
  name: string
  version: string
  licence: string
}

/** Whether an SPDX expression leaves us a permissive choice: one side of an `OR`, every side of an `AND`. */
export function isPermissive(licence: string): boolean {
  const expression = licence.replace(/[()]/g, ' ').trim()
  if (/\bAND\b/.test(expression) && /\bOR\b/.test(expression)) return false // needs a person to read it
  if (/\bOR\b/.test(expression)) return expression.split(/\bOR\b/).some((side) => permissive.has(side.trim()))
  return expression.split(/\bAND\b/).every((side) => permissive.has(side.trim()))
}

/** Every package that `npm ci --omit=dev` installs below `root`, by package-lock.json and the packages themselves. */
export function readProductionLicences(root: string): Licensed[] {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  return Object.entries(packages)
    .filter(([place, { dev }]) => place !== '' && !dev)
    .map(([place, { version = '', license }]) => ({
      name: place.replace(/^.*node_modules\//, ''),
      version,
      licence: licenceInFolder(join(root, place)) ?? license ?? 'none named',
    }))
}

/** What the installed package says itself; the lockfile lacks it for some older packages. */
function licenceInFolder(folder: string): string | undefined {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) return undefined // built for another platform
  const { license, licenses } = manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  if (typeof license === 'object') return license.type
  return license ?? licenses?.map(({ type }) => type).join(' OR ')
}

if (import.meta.main) {
  const production = readProductionLicences(resolve(import.meta.dirname, '..'))
  const refused = production.filter(({ licence }) => !isPermissive(licence))
  for (const { name, version, licence } of refused) console.log(`${name} ${version}: ${licence}`)
  const counts = Object.entries(Object.groupBy(production, ({ licence }) => licence))
  console.log(counts.map(([licence, list]) => `${licence} ${list?.length ?? 0}`).join(', '))
  if (refused.length > 0)
    console.log(
      'These do not combine freely with Apache-2.0. Choose another package, or record why in DECISIONS.md.',
    )
  process.exitCode = refused.length > 0 || production.length === 0 ? 1 : 0
}
