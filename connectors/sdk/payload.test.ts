import { describe, expect, it } from 'vitest'
import { parsePayload } from './payload.ts'
import { UnreadablePayload } from './unreadable-payload.ts'

const parse = (type: string, body: string | Buffer) =>
  parsePayload({ headers: type ? { 'content-type': type } : {}, body: Buffer.from(body) })

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof UnreadablePayload) return error.code
    throw error
  }
  return 'read'
}

describe('JSON', () => {
  it('keeps integers beyond 2^53 exact, as text, and leaves the others numbers', () => {
    expect(
      parse(
        'application/json',
        '{"id":90071992547409931,"minus":-90071992547409931,"n":9007199254740991,"half":0.5}',
      ),
    ).toEqual({
      id: '90071992547409931',
      minus: '-90071992547409931',
      n: 9_007_199_254_740_991,
      half: 0.5,
    })
  })

  it('keeps a number too large for any double as it was written', () => {
    expect(parse('application/json', '{"n":1e999}')).toEqual({ n: '1e999' })
  })

  it('does not touch digits inside of texts', () => {
    expect(parse('application/json', '{"n":"90071992547409931"}')).toEqual({ n: '90071992547409931' })
  })

  it('takes the last of duplicate keys', () => {
    expect(parse('application/json', '{"a":1,"a":2}')).toEqual({ a: 2 })
  })

  it.each(['{"__proto__":{"isAdmin":true},"a":1}', String.raw`{"\u005f_proto__":{"isAdmin":true},"a":1}`])(
    'lets nobody in through the prototype: %s',
    (body) => {
      const parsed = parse('application/json', body)
      expect(parsed).toEqual({ a: 1 })
      expect(Object.keys(Object(parsed))).toEqual(['a'])
      expect(Object.assign({}, parsed)).not.toHaveProperty('isAdmin')
    },
  )

  it('refuses nesting that would hurt whoever walks through it, and takes what is within the bound', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(() => parse('application/json', nested(101)))).toBe('nested_too_deep')
    expect(codeOf(() => parse('application/json', nested(100)))).toBe('read')
    expect(codeOf(() => parse('text/plain', nested(200_000)))).toBe('nested_too_deep')
  })

  it('does not count brackets in texts as nesting', () => {
    expect(codeOf(() => parse('application/json', JSON.stringify({ a: '['.repeat(500), b: '\\"[' })))).toBe(
      'read',
    )
  })

  it('says that it is broken', () => {
    expect(codeOf(() => parse('application/json', '{"a":'))).toBe('invalid_json')
  })

  it('is recognised under vendors’ types and under none', () => {
    expect(parse('application/vnd.shop+json; charset=utf-8', '{"a":1}')).toEqual({ a: 1 })
    expect(parse('', ' [1]')).toEqual([1])
    expect(parse('text/plain', '{"a":1}')).toEqual({ a: 1 })
  })

  it('is recognised when it is sent as a form', () => {
    expect(parse('application/x-www-form-urlencoded', '{"a":"b=c&d"}')).toEqual({ a: 'b=c&d' })
  })
})

describe('forms', () => {
  const form = (body: string) => parse('application/x-www-form-urlencoded', body)

  it('become nested data by their brackets', () => {
    expect(form('a[b][0]=c&a[b][1]=d&a[e]=f&g=h+i')).toEqual({ a: { b: ['c', 'd'], e: 'f' }, g: 'h i' })
  })

  it('become lists where a name is repeated or ends in []', () => {
    expect(form('a=1&a=2&b[]=3')).toEqual({ a: ['1', '2'], b: ['3'] })
  })

  it('become lists of records by numbers', () => {
    expect(form('p[0][id]=1&p[0][n]=a&p[1][id]=2')).toEqual({ p: [{ id: '1', n: 'a' }, { id: '2' }] })
  })

  it('do not make a million empty places out of one large number', () => {
    expect(form('a[999999999]=x')).toEqual({ a: { 999999999: 'x' } })
  })

  it('keep a value and what stands under the same name', () => {
    expect(form('a=1&a[b]=2')).toEqual({ a: { '': '1', b: '2' } })
    expect(form('a[b]=2&a=1')).toEqual({ a: { b: '2', '': '1' } })
  })

  it('let nobody in through the prototype', () => {
    expect(form('__proto__[x]=1&a[__proto__][x]=1&constructor[prototype][x]=1&b=2')).not.toHaveProperty('x')
    expect(Object.prototype).not.toHaveProperty('x')
  })

  it('are read in the encoding they name', () => {
    expect(parse('application/x-www-form-urlencoded; charset=windows-1251', 'a=%CF%F0%E8')).toEqual({
      a: 'При',
    })
  })

  it('say so when an escape is not of their encoding', () => {
    expect(codeOf(() => form('a=%FF%FE'))).toBe('wrong_encoding')
  })

  it('leave a lone per cent sign alone', () => {
    expect(form('a=50%+off&b=%zz')).toEqual({ a: '50% off', b: '%zz' })
  })

  it('are recognised when they are sent as JSON, or as nothing', () => {
    expect(parse('application/json', 'a=1&b=2')).toEqual({ a: '1', b: '2' })
    expect(parse('', 'a=1')).toEqual({ a: '1' })
  })

  it('refuse deep brackets', () => {
    expect(codeOf(() => form(`a${'[b]'.repeat(200)}=1`))).toBe('nested_too_deep')
  })

  it('of several parts give their fields, and the names of their files', () => {
    const body = [
      '--x',
      'Content-Disposition: form-data; name="who[email]"',
      '',
      'a@example.org',
      '--x',
      'Content-Disposition: form-data; name="cv"; filename="cv.pdf"',
      'Content-Type: application/pdf',
      '',
      '%PDF-1.7',
      '--x--',
      '',
    ].join('\r\n')
    expect(parse('multipart/form-data; boundary=x', body)).toEqual({
      who: { email: 'a@example.org' },
      cv: 'cv.pdf (8 bytes)',
    })
  })

  it('of more than a thousand parts are read to their last', () => {
    const names = Array.from({ length: 1_200 }, (_, at) => `f${at}`)
    const parts = names.map((name) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`)
    const read = parse('multipart/form-data; boundary=x', `${parts.join('')}--x--\r\n`)
    expect(Object.keys(Object(read))).toEqual(names)
  })
})

describe('a text whose sender says in which characters it is written', () => {
  it.each(['iso-8859-1', '"iso-8859-1"', "'iso-8859-1'", '" ISO-8859-1 "', '"iso-8859-1"; version=1'])(
    'is read in those, also where they are named as %s',
    (charset) => {
      const written = (text: string) => Buffer.from(text, 'latin1')
      const type = (kind: string) => `${kind}; charset=${charset}`
      expect(parse(type('application/json'), written('{"a":"José"}'))).toEqual({ a: 'José' })
      expect(parse(type('text/plain'), written('José'))).toEqual({ raw: 'José' })
      expect(parse(type('application/x-www-form-urlencoded'), 'a=Jos%E9')).toEqual({ a: 'José' })
    },
  )
})

describe('everything else', () => {
  it('is kept as text', () => {
    expect(parse('application/xml', '<a>1</a>')).toEqual({ raw: '<a>1</a>' })
    expect(parse('text/plain', 'hello=world')).toEqual({ raw: 'hello=world' })
  })

  it('says why it cannot be read', () => {
    expect(codeOf(() => parse('application/json', ''))).toBe('empty_body')
    expect(codeOf(() => parse('application/json', Buffer.from([0x22, 0xc3, 0x28, 0x22])))).toBe(
      'wrong_encoding',
    )
    expect(codeOf(() => parse('application/json; charset=klingon', '{}'))).toBe('unknown_encoding')
    expect(codeOf(() => parse('multipart/form-data', 'x'))).toBe('multipart_without_boundary')
  })

  it('loses its byte order mark', () => {
    expect(parse('application/json', Buffer.from('\uFEFF{"a":1}'))).toEqual({ a: 1 })
  })
})
