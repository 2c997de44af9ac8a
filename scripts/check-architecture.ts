import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const folders = ['connectors', 'mappings', 'server', 'scripts', 'web']

/** One import that goes against the directions of `.dependency-cruiser.cjs`. */
export interface ForbiddenImport {
  rule: string
  from: string
  to: string
  why: string
}

/**
 * Looks at every import below `root` and returns those that the directions forbid.
 * Throws when hardly any module was seen: a reader that cannot parse our files would find nothing wrong with them.
 */
export async function findForbiddenImports(root: string, modulesMin = 1): Promise<ForbiddenImport[]> {
  const config: IConfiguration = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
  const { output } = await cruise(
    folders,
    { ...config.options, baseDir: root, ruleSet: { forbidden: config.forbidden ?? [] }, validate: true },
    undefined,
    { tsConfig: extractTSConfig(resolve(import.meta.dirname, '..', 'tsconfig.json')) },
  )
  if (typeof output === 'string')
    throw new Error(`dependency-cruiser answered with text: ${output.slice(0, 200)}`)
  const { summary, modules }: ICruiseResult = output
  const imports = modules.filter(({ dependencies }) => dependencies.length > 0).length
  if (imports < modulesMin) {
    throw new Error(
      `Only ${imports} modules with imports were seen below ${root}. ` +
        'dependency-cruiser needs typescript 6 as `typescript`: version 7 has no interface it could parse with.',
    )
  }
  const why = new Map(config.forbidden?.map((rule) => [rule.name, rule.comment ?? '']))
  return summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    why: why.get(rule.name) ?? '',
  }))
}

if (import.meta.main) {
  const found = await findForbiddenImports(resolve(import.meta.dirname, '..'), 20)
  for (const { rule, from, to, why } of found) console.log(`${from} → ${to}\n  ${rule}: ${why}`)
  process.exitCode = found.length > 0 ? 1 : 0
}
