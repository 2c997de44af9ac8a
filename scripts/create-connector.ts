import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Script } from 'node:vm'
import { Mistyped } from './command-line/mistyped.ts'
import { runCommand } from './command-line/run-command.ts'

const usage = `npm run create-connector -- <id> "<Name>"

Makes connectors/<id> from a template that passes the contract as it stands, and adds it to the registry.
Then make the template say what your vendor does, one story at a time.`

/** The template is a whole connector of an invented vendor; these two words are all that is replaced in it. */
const template = { id: 'newcomer', name: 'Newcomer' }
const templateFolder = resolve(import.meta.dirname, 'connector-template', template.id)

/**
 * Makes the folder and registers it. `root` is the repository. Throws, and changes nothing, when the id is taken or
 * cannot be a folder's name.
 */
export function createConnector(
  root: string,
  { id, name }: { id: string; name: string },
): { folder: string } {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new Mistyped(
      `“${id}” cannot be an id. Use small letters, digits and single hyphens, a letter first, such as mail-tool.`,
    )
  }
  if (!/^[\p{L}\p{N} .&+-]+$/u.test(name) || name.trim() === '')
    throw new Mistyped(`“${name}” cannot be a name: letters, digits, blanks and . & + - only.`)
  const folder = join(root, 'connectors', id)
  if (existsSync(folder)) throw new Mistyped(`connectors/${id} is already there.`)
  const registry = join(root, 'connectors', 'registry.ts')
  if (!isFreeName(id, readFileSync(registry, 'utf8'))) {
    throw new Mistyped(
      `“${id}” cannot be an id: code uses ${identifier(id)} for something else. Add a word, such as ${id}-tool.`,
    )
  }

  cpSync(templateFolder, folder, { recursive: true })
  renameSync(join(folder, `${template.id}.test.ts`), join(folder, `${id}.test.ts`))
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.(ts|md|svg|json)$/.test(file)) rewrite(join(folder, file), (text) => renamed(text, { id, name }))
  }
  rewrite(registry, (text) => registered(text, id))
  // Another name makes lines shorter or longer, and the checks are particular about where they break.
  const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs')
  execFileSync(process.execPath, [prettier, '--write', '--log-level=warn', folder, registry], { cwd: root })
  return { folder }
}

function rewrite(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

/** The template's variable is an identifier, its other mentions are the id. */
function renamed(text: string, { id, name }: { id: string; name: string }): string {
  return text
    .replaceAll(/\bimport newcomer\b/g, `import ${identifier(id)}`)
    .replaceAll(/connectorContract\(newcomer\b/g, `connectorContract(${identifier(id)}`)
    .replaceAll(template.id, id)
    .replaceAll(template.name, name)
}

function registered(text: string, id: string): string {
  const list = /(?<=const all: readonly AnyConnector\[\] = \[)([^\]]*)(?=\])/
  const names = (list.exec(text)?.[1] ?? '').split(',').flatMap((name) => name.trim() || [])
  const line = `import ${identifier(id)} from './${id}/index.ts'\n`
  const imports = [...text.matchAll(/^import .*\n/gm)].map(([each]) => each)
  const sorted = [...imports, line].toSorted((a, b) => (pathIn(a) < pathIn(b) ? -1 : 1))
  const rest = text.slice(imports.join('').length)
  return sorted.join('') + rest.replace(list, [...names, identifier(id)].toSorted().join(', '))
}

const pathIn = (line: string): string => /'(.+)'/.exec(line)?.[1] ?? ''

const identifier = (id: string): string =>
  id.replaceAll(/-(.)/g, (_hyphen, letter: string) => letter.toUpperCase())

/** Whether code can call a connector so: a word of the language, of every object or of the registry means something else. */
function isFreeName(id: string, registry: string): boolean {
  const name = identifier(id)
  if (['registry', 'sdk', 'undefined', 'connectorContract'].includes(name) || name in {}) return false
  if (new RegExp(`\\b(?:import|const) ${name}\\b`).test(registry)) return false
  try {
    // An async function of strict code reserves what a module does.
    return Boolean(new Script(`'use strict'; async () => { let ${name} }`))
  } catch {
    return false
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  })
  if (values.help) return console.log(usage)
  const [id, name, ...more] = positionals
  if (!id || !name || more.length > 0) {
    throw new Mistyped(
      `An id and a name are needed, a name of several words in quotes, and got ${positionals.join(', ') || 'neither'}.`,
    )
  }
  createConnector(resolve(import.meta.dirname, '..'), { id, name })
  console.log(`connectors/${id} is there. Next:

  npx vitest run connectors/${id}                     its contract, already kept
  npm run explain -- ${id} webhook.contact-created    what the hub makes of a request
  edit connectors/${id}/index.ts                      and its fixtures; CONTRIBUTING.md says how`)
}

if (import.meta.main) await runCommand(usage, main)
