import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findForbiddenImports } from './check-architecture.ts'

const roots: string[] = []
afterEach(() => roots.splice(0).forEach((root) => rmSync(root, { recursive: true, force: true })))

/** `type ./x.ts` stands for an import that is gone at run time. */
const importOf = (to: string) =>
  to.startsWith('type ')
    ? `import type { here } from '${to.slice(5)}'\nexport type Its = typeof here`
    : `import '${to}'`

/** A project in a temporary folder: what each file imports, by its path. */
function project(imports: Record<string, string[]>): string {
  const root = mkdtempSync(join(tmpdir(), 'architecture-'))
  roots.push(root)
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const folder of ['connectors', 'mappings', 'server', 'scripts', 'web']) mkdirSync(join(root, folder))
  write(
    'package.json',
    JSON.stringify({
      type: 'module',
      imports: { '#sdk': './connectors/sdk/index.ts' },
      dependencies: { express: '*', zod: '*' },
      devDependencies: { vitest: '*' },
    }),
  )
  for (const name of ['express', 'zod', 'vitest']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    write(`node_modules/${name}/index.js`, '')
  }
  const files: Record<string, string[]> = { 'connectors/sdk/index.ts': [], ...imports }
  for (const [path, targets] of Object.entries(files)) {
    write(path, `${targets.map(importOf).join('\n')}\nexport const here = 1\n`)
  }
  return root
}

const allowed = {
  'connectors/sdk/index.ts': ['zod'],
  'connectors/paperboy/index.ts': ['#sdk', './auth.ts'],
  'connectors/paperboy/auth.ts': ['#sdk'],
  'connectors/registry.ts': ['./paperboy/index.ts'],
  'mappings/mapping.ts': ['#sdk', './path.ts'],
  'mappings/path.ts': ['type ./mapping.ts'],
  'server/app.ts': ['express', './flows/flow.graphql.ts'],
  'server/flows/flow.graphql.ts': ['./publish-flow.ts'],
  'server/flows/publish-flow.ts': ['../contacts/find-contact.ts', '../../mappings/mapping.ts'],
  'server/contacts/find-contact.ts': ['./contact-store.ts', '../../connectors/registry.ts'],
  'server/contacts/contact-store.ts': ['../platform/mongo.ts'],
  'server/platform/mongo.ts': ['../embedded-store/start.ts'],
  'server/embedded-store/start.ts': ['node:sqlite'],
  'scripts/store.ts': ['../server/embedded-store/start.ts', '../server/app.ts'],
  'web/app/routes.tsx': ['../pages/home.tsx'],
  'web/pages/home.tsx': ['../features/contact.tsx', '../ui/button.tsx'],
  'web/features/contact.tsx': ['../app/me.tsx', '../graphql/use-data.ts'],
  'web/app/me.tsx': [],
  'web/graphql/use-data.ts': [],
  'web/ui/button.tsx': [],
}

it('lets every allowed direction pass', async () => {
  expect(await findForbiddenImports(project(allowed))).toEqual([])
})

it('refuses to call a project clean in which it sees no imports', async () => {
  await expect(findForbiddenImports(project({}), 1)).rejects.toThrow('Only 0 modules with imports')
})

describe('names the broken rule', () => {
  it.each([
    ['no-cycle', 'mappings/mapping.ts', './suggest.ts', { 'mappings/suggest.ts': ['./mapping.ts'] }],
    ['resolvable', 'server/app.ts', './gone.ts', {}],
    [
      'sdk-stands-alone',
      'connectors/sdk/index.ts',
      '../../server/platform/clock.ts',
      { 'server/platform/clock.ts': [] },
    ],
    ['connector-imports-sdk-only', 'connectors/paperboy/index.ts', 'zod', {}],
    [
      'connector-imports-sdk-only',
      'connectors/paperboy/index.ts',
      '../milkman/index.ts',
      { 'connectors/milkman/index.ts': [] },
    ],
    ['connector-imports-sdk-only', 'connectors/paperboy/auth.ts', 'node:crypto', {}],
    [
      'registry-lists-connectors',
      'connectors/registry.ts',
      '../mappings/functions.ts',
      { 'mappings/functions.ts': [] },
    ],
    ['mappings-import-sdk-only', 'mappings/mapping.ts', '../connectors/paperboy/auth.ts', {}],
    ['server-reaches-connectors-by-registry', 'server/app.ts', '../connectors/paperboy/index.ts', {}],
    ['nothing-imports-scripts', 'server/app.ts', '../scripts/explain.ts', { 'scripts/explain.ts': [] }],
    ['embedded-store-is-a-guest', 'server/app.ts', './embedded-store/start.ts', {}],
    [
      'embedded-store-knows-no-hub',
      'server/embedded-store/start.ts',
      '../errors.ts',
      { 'server/errors.ts': [] },
    ],
    ['use-cases-are-plain', 'server/flows/publish-flow.ts', 'express', {}],
    ['use-cases-are-plain', 'server/pipeline/deliver.ts', 'express', {}],
    [
      'use-cases-know-no-edge',
      'server/contacts/find-contact.ts',
      '../contacts/contact.graphql.ts',
      { 'server/contacts/contact.graphql.ts': [] },
    ],
    ['no-store-of-another-noun', 'server/flows/publish-flow.ts', '../contacts/contact-store.ts', {}],
    ['production-packages-only', 'server/app.ts', 'vitest', {}],
    ['web-talks-graphql-only', 'web/pages/home.tsx', '../../server/errors.ts', { 'server/errors.ts': [] }],
    ['nothing-imports-web', 'server/app.ts', '../web/app/me.tsx', {}],
    ['ui-stands-alone', 'web/ui/button.tsx', '../app/me.tsx', {}],
    ['features-know-no-pages', 'web/app/me.tsx', '../pages/other.tsx', { 'web/pages/other.tsx': [] }],
  ])('%s: %s imports %s', async (rule, from, to, others) => {
    const files: Record<string, string[]> = { ...allowed, ...others }
    const found = await findForbiddenImports(project({ ...files, [from]: [...(files[from] ?? []), to] }))
    expect(new Set(found.map((violation) => violation.rule))).toEqual(new Set([rule]))
    expect(found.some((violation) => violation.from.endsWith(from) || rule === 'no-cycle')).toBe(true)
    expect(found[0]?.why).not.toBe('')
  })
})
