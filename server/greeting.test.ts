import { expect, it } from 'vitest'
import { greetingOf } from './greeting.ts'

const setUpLink = { url: 'http://127.0.0.1:4000/set-up#s3cret', expiresAt: new Date('2026-11-26T10:30:00Z') }
const started = {
  url: 'http://127.0.0.1:4000',
  host: '127.0.0.1',
  madeFiles: [],
  setUpLink: undefined,
  publicUrl: undefined,
}

it('shows the way in while nobody has an account, and how long it is open', () => {
  const text = greetingOf({ ...started, setUpLink, madeFiles: ['/data/secret-key'] }).join('\n')
  expect(text).toContain('Made /data/secret-key')
  expect(text).toContain(`  ${setUpLink.url}\n`)
  expect(text).toContain('once, until 2026-11-26 10:30 UTC')
  expect(text).not.toContain('HOST')
})

it('says where the hub is, and nothing of a link, once somebody owns it', () => {
  expect(greetingOf(started)).toEqual(['Switchyard is ready: http://127.0.0.1:4000'])
})

it('names the port that it was given, and PUBLIC_URL where there is one', () => {
  const zero = { ...setUpLink, url: 'http://127.0.0.1:0/set-up#s3cret' }
  expect(greetingOf({ ...started, setUpLink: zero }).join('\n')).toContain(
    '  http://127.0.0.1:4000/set-up#s3cret\n',
  )
  const url = 'https://hub.example.com/set-up#s3cret'
  const text = greetingOf({
    ...started,
    setUpLink: { ...setUpLink, url },
    publicUrl: 'https://hub.example.com',
  })
  expect(text).toContain(`  ${url}`)
})

it.each(['0.0.0.0', '::', '192.168.1.5', 'hub.internal'])(
  'says what to do before somebody else does it, where others can reach the hub at %s',
  (host) => {
    const text = greetingOf({ ...started, host, setUpLink }).join('\n')
    expect(text).toContain(`HOST=${host}`)
    expect(text).toContain('use it now')
    expect(text).toContain('Set PUBLIC_URL')
  },
)

it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
  'keeps quiet about others where only this machine gets to: %s',
  (host) => {
    expect(greetingOf({ ...started, host, setUpLink }).join('\n')).not.toContain('Others can reach')
  },
)
