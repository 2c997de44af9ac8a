import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { generateSecretKey } from '../../server/platform/vault.ts'

const root = resolve(import.meta.dirname, '../..')
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
/** Every command that is ours: its name and its file. */
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const file = /^node (scripts\/\S+\.ts)$/.exec(line)?.[1]
  return file === undefined ? [] : [[name, file] as const]
})

const dataDir = mkdtempSync(join(tmpdir(), 'switchyard-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

/** Runs a command beside a hub of nobody. One that does not answer at once is ended: it was about to do something. */
function run(file: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const env = { ...process.env, SWITCHYARD_DATA_DIR: dataDir }
  return new Promise((settle) => {
    execFile(
      process.execPath,
      [file, ...args],
      { cwd: root, env, timeout: 30_000 },
      (error, stdout, stderr) => settle({ code: error ? error.code : 0, stdout, stderr }),
    )
  })
}

describe.each(commands)('npm run %s', (name, file) => {
  it('answers what it does not know with how it is used, and does nothing', async () => {
    const { code, stdout, stderr } = await run(file, '--nonsense')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^unknown option '--nonsense'/i)
    expect(stderr).toMatch(new RegExp(`npm (run )?${name}\\b`))
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('says how it is used, and does nothing', async () => {
    const { code, stdout, stderr } = await run(file, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`npm (run )?${name}\\b`))
    expect(readdirSync(dataDir)).toEqual([])
  })
})

it.each([
  ['demo', ['--port', 'abc'], '--port takes'],
  ['demo', ['--days', '0'], '--days takes'],
  ['screenshots', ['.', '--days', 'many'], '--days takes'],
  ['store', ['--port', 'abc'], '--port takes'],
  ['store', ['--ttl-sweep-ms', '-1'], '--ttl-sweep-ms takes'],
  ['store', ['backup'], "missing required argument 'file'"],
  ['sandbox', ['--hubspot', '70000'], '--hubspot takes'],
  ['sandbox', ['--smtp', 'abc'], '--smtp takes'],
  ['sandbox', ['--only', 'hubspot,zzz'], 'There is no stand-in “zzz”. There are: hubspot, webhooks'],
  ['crash-test', ['--rounds', '1e3'], '--rounds takes'],
  ['bench', ['--only', 'zzz'], 'Allowed choices are rates'],
  ['send-hook', ['stripe', 'webhook.sale', '--to', 'http://127.0.0.1:9', '--times', 'abc'], '--times takes'],
  ['send-hook', ['stripe', 'webhook.sale', '--to', 'garbage'], '--to takes a web address'],
  ['explain', ['stripe', 'webhook.sale', '--at', 'garbage'], '--at takes'],
  ['explain', ['stripe', 'webhook.sale', '--url', 'garbage'], '--url takes a web address'],
  ['explain', ['stripe', 'webhook.sale', '--headers', 'none'], 'none cannot be read as JSON'],
  ['explain', ['stripe', 'webhook.sale', '--headers', 'package.json'], 'package.json holds no headers'],
  ['explain', ['stripe'], 'got stripe'],
  ['create-connector', ['stripe', 'Mail', 'Tool'], 'got stripe, Mail, Tool'],
])('npm run %s refuses %s before it does anything', async (name, args, sentence) => {
  const { code, stdout, stderr } = await run(`scripts/${name}.ts`, ...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(sentence)
})

describe('npm run rotate-key', () => {
  it('says so where there is no second key to change to, and does nothing', async () => {
    for (const secretKey of [generateSecretKey(), undefined]) {
      vi.stubEnv('SWITCHYARD_SECRET_KEY', secretKey)
      const { code, stdout, stderr } = await run('scripts/rotate-key.ts')
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain('SWITCHYARD_SECRET_KEY="new,old"')
    }
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('says so where there is no hub, and does not make one', async () => {
    vi.stubEnv('SWITCHYARD_SECRET_KEY', `${generateSecretKey()},${generateSecretKey()}`)
    const { code, stdout, stderr } = await run('scripts/rotate-key.ts')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`There is no store in ${join(dataDir, 'store')}`)
    expect(readdirSync(dataDir)).toEqual([])
  })
})
