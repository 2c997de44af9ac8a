import { describe, expect, it } from 'vitest'
import {
  AddressRefusedError,
  CredentialsUnfitError,
  HttpStatusError,
  InputRefusedError,
  MailRefusedError,
  NetworkError,
} from '#sdk'
import type { AnyConnector } from '#sdk'
import { AnswerMeansFailure, classifyFailure, retryAfter } from './classify-failure.ts'

const now = new Date('2026-11-25T10:00:00Z')
const silent = { explain: undefined } as unknown as AnyConnector

function answered(status: number, method = 'POST', headers: Record<string, string> = {}) {
  return new HttpStatusError({
    method,
    url: 'https://api.example/x',
    status,
    headers,
    body: '',
    mayHaveLeft: false,
  })
}

it('keeps of a vendor’s words what somebody would read', () => {
  const { reason } = classifyFailure(new AnswerMeansFailure('no '.repeat(70_000), 'fix_mapping'), silent, now)
  expect(String(reason.data?.['message']).length).toBeLessThan(2_100)
})

describe('who has to act on a failure', () => {
  it.each([
    [408, 'retry'],
    [409, 'retry'],
    [423, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
    [401, 'fix_connection'],
    [403, 'fix_connection'],
    [501, 'fix_connection'],
    [505, 'fix_connection'],
    [302, 'fix_connection'],
    [404, 'gone'],
    [410, 'gone'],
    [400, 'fix_mapping'],
    [422, 'fix_mapping'],
  ])('sorts a write answered with %i as %s', (status, expected) => {
    expect(classifyFailure(answered(status), silent, now)).toMatchObject({ class: expected, status })
  })

  it('tries a read again that was redirected too often', () => {
    expect(classifyFailure(answered(302, 'GET'), silent, now).class).toBe('retry')
  })

  it('leaves the last word on an answer to the connector', () => {
    const knowing = { explain: () => ({ class: 'retry', message: 'Busy.' }) } as unknown as AnyConnector
    expect(classifyFailure(answered(400), knowing, now)).toMatchObject({
      class: 'retry',
      reason: { data: { message: 'Busy.' } },
    })
  })

  it('tells a mail server that refuses the sign-in from one that refuses a recipient or has no time', () => {
    const host = 'mail.example.org:587'
    const wrongPassword = new MailRefusedError({ host, stage: 'sign_in', status: 535, reply: '535 5.7.8 no' })
    expect(classifyFailure(wrongPassword, silent, now)).toMatchObject({
      class: 'fix_connection',
      signInRefused: true,
    })
    const greylisted = new MailRefusedError({
      host,
      stage: 'recipient',
      status: 451,
      reply: '451 4.7.1 later',
    })
    expect(classifyFailure(greylisted, silent, now)).toMatchObject({ class: 'retry', onlyThisOne: true })
    const busy = classifyFailure(
      new MailRefusedError({ host, stage: 'connect', status: 421, reply: '421 too many connections' }),
      silent,
      now,
    )
    expect(busy).toMatchObject({ class: 'retry', status: 421 })
    expect(busy.onlyThisOne).toBeUndefined()
  })

  it.each([
    ['message', '550 5.4.5 Daily user sending limit exceeded. For more information visit support.google.com'],
    [
      'message',
      '554 5.1.90 Your message can’t be sent because you’ve reached your daily limit for recipients',
    ],
    [
      'recipient',
      '550 5.7.233 Your tenant exceeded its daily limit for sending email to external recipients',
    ],
    ['recipient', '550 Domain shop.example has exceeded the max emails per hour (200/200 (100%)) allowed.'],
  ] as const)('keeps a mail for later whose account has sent what it may (at the %s: %s)', (stage, reply) => {
    const host = 'smtp.example.org:587'
    const status = Number(reply.slice(0, 3))
    const failure = classifyFailure(new MailRefusedError({ host, stage, status, reply }), silent, now)
    expect(failure.class).toBe('retry')
    // The next one would be refused as well.
    expect(failure.onlyThisOne).toBeUndefined()
  })

  it('tells the network, our own guard and the input apart', () => {
    expect(classifyFailure(new NetworkError('Gone.', true), silent, now).class).toBe('retry')
    expect(classifyFailure(new AddressRefusedError('Private.'), silent, now).class).toBe('fix_connection')
    expect(classifyFailure(new CredentialsUnfitError('Line break.'), silent, now).class).toBe(
      'fix_connection',
    )
    expect(classifyFailure(new InputRefusedError('No such list.', 'list'), silent, now).class).toBe(
      'fix_mapping',
    )
    expect(classifyFailure(new AnswerMeansFailure('Quota.', 'retry'), silent, now).class).toBe('retry')
  })
})

describe('Retry-After', () => {
  it('is understood as seconds and as a date, and never obeyed beyond a day', () => {
    expect(retryAfter('120', now)).toEqual(new Date('2026-11-25T10:02:00Z'))
    expect(retryAfter('1.5', now)).toEqual(new Date('2026-11-25T10:00:01.500Z'))
    expect(retryAfter('Wed, 25 Nov 2026 10:05:00 GMT', now)).toEqual(new Date('2026-11-25T10:05:00Z'))
    expect(retryAfter('Wed, 25 Nov 2099 10:05:00 GMT', now)).toEqual(new Date('2026-11-26T10:00:00Z'))
    expect(retryAfter('Mon, 01 Jan 2001 00:00:00 GMT', now)).toEqual(now)
    expect(retryAfter('soon', now)).toBeUndefined()
    expect(retryAfter(undefined, now)).toBeUndefined()
  })
})
