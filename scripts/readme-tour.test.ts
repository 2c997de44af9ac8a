import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest'
import { startProgram } from './harness/child-process.ts'
import type { ChildProgram } from './harness/child-process.ts'
import { freePort } from './harness/free-port.ts'
import { startHubProcess } from './harness/hub-process.ts'

/** The tour's own ports may be taken by somebody who is just taking it. */
const PORTS = ['4000', '4010', '4011']
const root = join(import.meta.dirname, '..')
const running: ChildProgram[] = []
let folder: string
let ports: Map<string, number>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-'))
  ports = new Map(await Promise.all(PORTS.map(async (port) => [port, await freePort()] as const)))
})

afterAll(async () => {
  await Promise.all(running.map((program) => program.stop()))
  rmSync(folder, { recursive: true, force: true })
})

it('works word for word: a signed sale becomes a contact and a signed webhook, a tampered one is refused', async () => {
  const blocks = tourBlocks()
  const [startSandbox, startHub] = blocks.filter(({ terminal }) => terminal)
  const commands = blocks.flatMap(({ terminal, code }) => (terminal ? [] : [code]))
  expect(startSandbox?.code).toBe('npm run sandbox')
  expect(startHub?.code).toMatch(/npm start$/)
  expect(commands).toHaveLength(6)

  const sandbox = startProgram({
    file: 'scripts/sandbox.ts',
    args: ['--only', 'hubspot,webhooks', '--hubspot', portFor('4010'), '--webhooks', portFor('4011')],
    env: {},
    logFile: join(folder, 'sandbox.log'),
  })
  const hub = startHubProcess({
    port: Number(portFor('4000')),
    env: {
      SWITCHYARD_DATA_DIR: join(folder, 'data'),
      SWITCHYARD_ALLOW_NETWORKS: withOurPorts(startHub?.code.split('=')[1]?.split(' ')[0] ?? ''),
    },
    logFile: join(folder, 'hub.log'),
  })
  running.push(sandbox, hub)
  onTestFailed(() => console.error(readFileSync(join(folder, 'hub.log'), 'utf8')))
  await hub.ready

  const output = await bash(
    withOurPorts(commands.join('\n')).replace('data/admin-token', join(folder, 'data/admin-token')),
  )
  expect(output).not.toContain('"errors"')
  expect(output).not.toContain('"message"')
  expect(output).toContain('"status":202')
  expect(output).toContain('"status":401')
  expect(output).toMatch(/"state": "refused",\s+"reason": \{\s+"code": "signature_mismatch"/)
  expect(output).toContain('"name": "order.completed"')
  expect(output.match(/"state": "delivered"/g)).toHaveLength(2)

  const contacts = await fetch(`http://127.0.0.1:${portFor('4010')}/_received`).then((answer) =>
    answer.text(),
  )
  expect(contacts).toContain('"lifecyclestage":"customer"')
  const webhooks = await fetch(`http://127.0.0.1:${portFor('4011')}/_received`).then((answer) =>
    answer.text(),
  )
  expect(webhooks).toContain('signature is right')
})

function tourBlocks(): { terminal: boolean; code: string }[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const tour = readme.slice(readme.indexOf('## Tour'), readme.indexOf('## Words'))
  return [...tour.matchAll(/```sh( terminal=\d)?\n([\s\S]*?)```/g)].map(([, terminal, code = '']) => ({
    terminal: terminal !== undefined,
    code: code.trim(),
  }))
}

function portFor(port: string): string {
  return String(ports.get(port) ?? port)
}

function withOurPorts(text: string): string {
  return PORTS.reduce(
    (changed, port) =>
      changed
        .replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${portFor(port)}`)
        .replaceAll(`/32:${port}`, `/32:${portFor(port)}`),
    text,
  )
}

function bash(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = spawn('bash', ['-c', script], { cwd: root })
    const parts: string[] = []
    shell.stdout.on('data', (chunk) => parts.push(String(chunk)))
    shell.stderr.on('data', (chunk) => parts.push(String(chunk)))
    shell.on('error', reject)
    shell.on('close', () => resolve(parts.join('')))
  })
}
