import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, 'dist')
const isBuilt = existsSync(join(folder, 'index.html'))
const howToBuild = isBuilt ? '' : ' (the page is not built: run node scripts/build-web.mjs)'

/** What people with a slow line wait for before they see anything. */
const BYTES_MAX = 200_000

describe.skipIf(!isBuilt)(`the first load of the page${howToBuild}`, () => {
  it('is under 200 kB of JavaScript, packed', () => {
    const scripts = scriptsOf(readFileSync(join(folder, 'index.html'), 'utf8'))
    expect(scripts.length).toBeGreaterThan(1)
    const bytes = scripts.map((path) => gzipSync(readFileSync(join(folder, path))).length)
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(BYTES_MAX)
  })
})

/** Every script that the document asks for at once, those it preloads included. */
function scriptsOf(document: string): string[] {
  return [...document.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path = '']) => path)
}
