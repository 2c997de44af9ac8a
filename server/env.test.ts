import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeEnv, EnvError, readEnv, settings } from './env.ts'

describe('the settings', () => {
  it('are all optional and safe by default: this machine only, no private networks', () => {
    expect(readEnv({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      role: 'all',
      allowNetworks: '',
      mongoUrl: undefined,
    })
  })

  it('name every one that is wrong', () => {
    const read = () => readEnv({ PORT: 'four thousand', MONGO_URL: 'postgres://x', SWITCHYARD_ROLE: 'boss' })
    expect(read).toThrow(EnvError)
    expect(read).toThrow(/PORT[\s\S]*MONGO_URL[\s\S]*SWITCHYARD_ROLE/)
  })

  it.each([
    ['PORT', ' '],
    ['PORT', '0x10'],
    ['PUBLIC_URL', 'hub.example.com'],
    ['PUBLIC_URL', 'https://me:secret@hub.example.com'],
    ['PUBLIC_URL', 'https://hub.example.com/?from=mail'],
    ['SWITCHYARD_TRUST_PROXY', 'true'],
    ['SWITCHYARD_TRUST_PROXY', '10.0.0.0/33'],
    ['SWITCHYARD_ADMIN_TOKEN', 'with spaces and ünïcode'],
    ['SWITCHYARD_METRICS_TOKEN', 'the-token-of-the-operator'],
    ['SWITCHYARD_OIDC_ALLOWED_DOMAINS', '@example.com'],
    ['SWITCHYARD_OIDC_NAME', 'Our sign-in'],
    ['SWITCHYARD_LOG_LEVEL', 'loud'],
  ])('say of %s=%s in one line what it must be, instead of taking it for something else', (name, value) => {
    const read = () => readEnv({ SWITCHYARD_ADMIN_TOKEN: 'the-token-of-the-operator', [name]: value })
    expect(read).toThrow(/^Some settings cannot be used:\n  [A-Z_]+: (must be|is needed beside) [^\n]+\nSee/)
    expect(read).toThrow(name)
  })

  it('take proxies as a number of hops, as addresses and as networks', () => {
    for (const each of ['', '1', '10.0.0.1, 10.1.0.0/16', 'loopback,fd00::/8'])
      expect(readEnv({ SWITCHYARD_TRUST_PROXY: each }).trustProxy).toBe(each)
  })

  it.each([
    ['HTTPS://Hub.Example.com/', 'https://hub.example.com'],
    ['https://hub.example.com:443', 'https://hub.example.com'],
    ['https://hub.example.com/switchyard/', 'https://hub.example.com/switchyard'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ])('read the public address %s as browsers and vendors do, however it is spelled', (given, meant) => {
    expect(readEnv({ PUBLIC_URL: given }).publicUrl).toBe(meant)
  })

  it('treat an empty value like one that is not set', () => {
    expect(readEnv({ MONGO_URL: '', PORT: '' })).toMatchObject({ mongoUrl: undefined, port: 4000 })
  })

  it('are each explained by --help, and in the file that is to be filled in', () => {
    for (const name of Object.keys(settings)) {
      expect(describeEnv()).toContain(`  ${name} `)
      expect(read('.env.example')).toMatch(new RegExp(`^(# )?${name}=`, 'm'))
    }
  })

  it('are each handed on to the containers, but for where a container listens and keeps its files', () => {
    for (const name of Object.keys(settings)) {
      if (name === 'HOST' || name === 'SWITCHYARD_DATA_DIR') continue
      expect(read('docker-compose.yml')).toMatch(new RegExp(`^ +${name}: |\\$\\{${name}:`, 'm'))
    }
  })
})

function read(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
}
