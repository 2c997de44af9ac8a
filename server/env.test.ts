import { describe, expect, it } from 'vitest'
import { describeEnv, EnvError, readEnv } from './env.ts'

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

  it('treat an empty value like one that is not set', () => {
    expect(readEnv({ MONGO_URL: '', PORT: '' })).toMatchObject({ mongoUrl: undefined, port: 4000 })
  })

  it('are each explained by --help', () => {
    for (const name of [
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'MONGO_URL',
      'SWITCHYARD_SECRET_KEY',
      'SWITCHYARD_ROLE',
      'SWITCHYARD_METRICS_TOKEN',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ]) {
      expect(describeEnv()).toContain(`  ${name} `)
    }
  })
})
