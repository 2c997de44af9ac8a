import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/**
 * Turns the printed schema into the types that the page's queries are checked against. They are not kept in git: the
 * schema is, and they follow from it.
 */
export function printPageTypes(): void {
  const root = resolve(import.meta.dirname, '..')
  const args = ['node_modules/gql.tada/bin/cli.js', 'generate-output', '--tsconfig', 'web/tsconfig.json']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`The page's types could not be printed: ${stdout}${stderr}`)
}
