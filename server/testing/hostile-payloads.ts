import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

/** Something a stranger might post, and what has to come of it. */
export interface HostilePayload {
  name: string
  method?: string
  /** After the address of the hook. */
  suffix?: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Written to the socket as it stands; `HOOK` is replaced by the path of the hook. */
  wire?: string | Buffer
  /** What the sender is told; 0 where the connection ends without an answer. */
  status: number
  /** What becomes of it; absent where nothing is kept. */
  receipt?: { state: 'done' | 'not_understood' | 'refused'; reason?: string }
}

const json = { 'content-type': 'application/json' }
const done = { state: 'done' } as const
const lost = (reason: string) => ({ state: 'not_understood', reason }) as const
const tooLarge = { state: 'refused', reason: 'too_large' } as const

const MB = 1024 * 1024
const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth)
const wide = (members: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, at) => [`key${at}`, at])))
const member = (value: string): string => `{"type":"sneaky.thing","value":${value}}`

function ofJson(name: string, body: string | Buffer, receipt: HostilePayload['receipt']): HostilePayload {
  return { name, headers: json, body, status: 202, receipt }
}

function packed(
  name: string,
  encoding: string,
  body: Buffer,
  status: number,
  receipt: HostilePayload['receipt'],
) {
  return { name, headers: { ...json, 'content-encoding': encoding }, body, status, receipt }
}

function wire(
  name: string,
  text: string,
  status: number,
  receipt?: HostilePayload['receipt'],
): HostilePayload {
  return { name, wire: text, status, ...(receipt ? { receipt } : {}) }
}

const depth: HostilePayload[] = [
  ofJson('arrays 100,000 deep', nested(100_000, '[', ']'), lost('nested_too_deep')),
  ofJson(
    'objects 100,000 deep',
    nested(100_000, '{"a":', '}').replace('":}', '":1}'),
    lost('nested_too_deep'),
  ),
  ofJson('a million brackets that are never closed', '['.repeat(1_000_000), lost('nested_too_deep')),
  ofJson('a million closing brackets', `[${']'.repeat(1_000_000)}`, lost('invalid_json')),
  ofJson('depth inside a member', member(nested(5_000, '[', ']')), lost('nested_too_deep')),
  ofJson('depth that is only text', member(JSON.stringify('['.repeat(50_000))), done),
  {
    name: 'depth under a type of text',
    headers: { 'content-type': 'text/plain' },
    body: nested(100_000, '[', ']'),
    status: 202,
    receipt: lost('nested_too_deep'),
  },
  {
    name: 'a form with brackets 1,000 deep',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `a${'[b]'.repeat(1_000)}=1`,
    status: 202,
    receipt: lost('nested_too_deep'),
  },
]

const prototypes: HostilePayload[] = [
  ofJson('__proto__ at the top', '{"__proto__":{"admin":true},"type":"a.b"}', done),
  ofJson('__proto__ inside', member('{"__proto__":{"polluted":1}}'), done),
  ofJson(
    '__proto__ written in escapes',
    member('{"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":1}}'),
    done,
  ),
  ofJson('constructor.prototype', member('{"constructor":{"prototype":{"polluted":1}}}'), done),
  ofJson('a member called toString', member('{"toString":1,"hasOwnProperty":2,"valueOf":null}'), done),
  ofJson('a member called then', member('{"then":"not a promise"}'), done),
  ofJson('members with dots and dollars', member('{"$where":"1","a.b":{"$gt":""},"$set":{"x":1}}'), done),
  ofJson('an empty member name', member('{"":{"":""}}'), done),
  {
    name: '__proto__ in a form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '__proto__[polluted]=1&constructor[prototype][polluted]=1&a=1',
    status: 202,
    receipt: done,
  },
  {
    name: '__proto__ in the address',
    suffix: '?__proto__[polluted]=1&__proto__=1',
    method: 'POST',
    headers: json,
    body: '{}',
    status: 202,
    receipt: done,
  },
]

const shapes: HostilePayload[] = [
  ofJson('duplicate members', '{"type":"a.b","type":"c.d","id":1,"id":2}', done),
  ofJson('100,000 duplicate members', `{${Array.from({ length: 100_000 }, () => '"a":1').join(',')}}`, done),
  ofJson(
    '100,000 different members',
    `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join(',')}}`,
    done,
  ),
  ofJson('a bare number', '7', done),
  ofJson('a bare text', '"hello"', done),
  ofJson('null', 'null', done),
  ofJson('true', 'true', done),
  ofJson('an empty list', '[]', done),
  ofJson('an empty object', '{}', done),
  ofJson('a list of nothing', '[null,null,[],{},0,""]', done),
  ofJson('an object of a million letters under one name', member(JSON.stringify('x'.repeat(MB))), done),
  ofJson('a name of a million letters', `{"${'n'.repeat(MB)}":1}`, done),
  ofJson('an id that is an object', '{"event_id":{"a":1},"type":"a.b"}', done),
  ofJson('an id of 100,000 letters', `{"event_id":"${'i'.repeat(100_000)}","type":"a.b"}`, done),
  ofJson('a type that is a list', '{"type":["order.completed"],"data":{}}', done),
  ofJson('a type of the vocabulary with nothing behind it', '{"type":"order.completed","data":null}', done),
  ofJson('an email that is a list', '{"type":"a.b","email":["a@example.com","b@example.com"]}', done),
  ofJson('an email of 100,000 letters', `{"type":"a.b","email":"${'e'.repeat(100_000)}@example.com"}`, done),
  ofJson('an impossible time', '{"type":"a.b","occurred_at":"9999999-99-99T99:99:99Z"}', done),
  ofJson('a time beyond every calendar', '{"type":"a.b","timestamp":1e300}', done),
  ofJson('a negative time', '{"type":"a.b","timestamp":-62135596800000}', done),
  ofJson('a script for the page', member('"<script>alert(1)</script><img src=x onerror=alert(1)>"'), done),
  ofJson('a formula for a sheet', member('"=HYPERLINK(\\"http://evil.example\\",\\"click\\")"'), done),
  ofJson(
    'a template',
    member('"{{constructor.constructor(\'return process\')()}} ${process.exit(1)}"'),
    done,
  ),
]

const numbers: HostilePayload[] = [
  ofJson('a number of 100,000 digits', member('9'.repeat(100_000)), done),
  ofJson('1e999', member('1e999'), done),
  ofJson('-1e-999', member('-1e-999'), done),
  ofJson('an integer beyond 2^53', member('9007199254740993'), done),
  ofJson('NaN', member('NaN'), lost('invalid_json')),
  ofJson('Infinity', member('Infinity'), lost('invalid_json')),
  ofJson('a hexadecimal number', member('0x10'), lost('invalid_json')),
  ofJson('a number with a leading zero', member('007'), lost('invalid_json')),
  ofJson('minus zero', member('-0'), done),
]

const texts: HostilePayload[] = [
  ofJson('a NUL in a text', member('"a\\u0000b"'), done),
  ofJson('a NUL in a name', member('{"a\\u0000b":1}'), done),
  ofJson('a NUL as it stands', member('"a\u0000b"'), lost('invalid_json')),
  ofJson('nothing but NULs', Buffer.alloc(1_000), lost('invalid_json')),
  ofJson('half a surrogate pair', member('"\\ud83d"'), done),
  ofJson(
    'invalid UTF-8',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from('"}')]),
    lost('wrong_encoding'),
  ),
  ofJson(
    'overlong UTF-8',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    lost('wrong_encoding'),
  ),
  ofJson('a byte order mark', '\uFEFF{"type":"a.b"}', done),
  ofJson('UTF-16 that claims to be UTF-8', Buffer.from('{"type":"a.b"}', 'utf16le'), lost('invalid_json')),
  {
    name: 'UTF-16 that says so',
    headers: { 'content-type': 'application/json; charset=utf-16le' },
    body: Buffer.from('{"type":"a.b"}', 'utf16le'),
    status: 202,
    receipt: done,
  },
  {
    name: 'Latin-1 that says so',
    headers: { 'content-type': 'application/json; charset=iso-8859-1' },
    body: Buffer.from('{"type":"a.b","name":"José"}', 'latin1'),
    status: 202,
    receipt: done,
  },
  {
    name: 'an encoding that nobody knows',
    headers: { 'content-type': 'application/json; charset=klingon' },
    body: '{"type":"a.b"}',
    status: 202,
    receipt: lost('unknown_encoding'),
  },
  ofJson('right-to-left marks and zero widths', member('"\u202E\u200B\u2066evil"'), done),
  ofJson('JSON with comments', '/* hello */ {"a":1}', lost('invalid_json')),
  ofJson('JSON with a trailing comma', '{"a":1,}', lost('invalid_json')),
  ofJson('two documents', '{"a":1}{"b":2}', lost('invalid_json')),
  ofJson('a document that breaks off', '{"a":"b', lost('invalid_json')),
]

const types: HostilePayload[] = [
  { name: 'no content type', body: '{"type":"a.b"}', status: 202, receipt: done },
  {
    name: 'a content type of nonsense',
    headers: { 'content-type': ';;;/,' },
    body: '{"type":"a.b"}',
    status: 202,
    receipt: done,
  },
  {
    name: 'a content type of 8,000 letters',
    headers: { 'content-type': `application/json; x=${'y'.repeat(8_000)}` },
    body: '{"type":"a.b"}',
    status: 202,
    receipt: done,
  },
  {
    name: 'XML with entities that multiply',
    headers: { 'content-type': 'application/xml' },
    body: `<!DOCTYPE l [<!ENTITY a "${'ha'.repeat(1_000)}"><!ENTITY b "${'&a;'.repeat(1_000)}">]><l>&b;</l>`,
    status: 202,
    receipt: done,
  },
  {
    name: 'XML that asks for a file',
    headers: { 'content-type': 'text/xml' },
    body: '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    status: 202,
    receipt: done,
  },
  {
    name: 'a picture',
    headers: { 'content-type': 'image/png' },
    body: Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
    status: 202,
    receipt: lost('wrong_encoding'),
  },
  {
    name: 'a form of a million parameters',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1&'.repeat(1_000_000),
    status: 202,
    receipt: done,
  },
  {
    name: 'a form with broken escapes',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=%zz&b=%&c=%u0041&%=1',
    status: 202,
    receipt: done,
  },
  {
    name: 'multipart without a boundary',
    headers: { 'content-type': 'multipart/form-data' },
    body: 'whatever',
    status: 202,
    receipt: lost('multipart_without_boundary'),
  },
  {
    name: 'multipart that never ends',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: `--x\r\n${'a: b\r\n'.repeat(10_000)}`,
    status: 202,
    receipt: done,
  },
  { name: 'an empty body', headers: json, body: '', status: 202, receipt: done },
]

const sizes: HostilePayload[] = [
  ofJson(
    '10 MB',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(10 * MB, 'x'), Buffer.from('"}')]),
    undefined,
  ),
  ofJson('one byte more than is taken', Buffer.alloc(5 * MB + 1, 0x20), undefined),
  ofJson(
    'just as much as is taken',
    Buffer.concat([Buffer.from('{}'), Buffer.alloc(5 * MB - 2, 0x20)]),
    done,
  ),
  ofJson('a batch of two million', `[${'0,'.repeat(2_000_000)}0]`, lost('too_many_items')),
  ofJson('an object of 200,000 members', wide(200_000), done),
].map((each) => (each.receipt ? each : { ...each, status: 413, receipt: tooLarge }))

/** A frame of three bytes whose header asks for a window of 2^27 (RFC 8878, 3.1.1). */
const wideZstd = Buffer.from('28b52ffd' + '00' + '88' + '190000' + '7b7d0a', 'hex')

const compressed: HostilePayload[] = [
  packed('a gzip bomb of 100 MB', 'gzip', gzipSync(Buffer.alloc(100 * MB)), 413, tooLarge),
  packed('a brotli bomb of 100 MB', 'br', brotliCompressSync(Buffer.alloc(100 * MB)), 413, tooLarge),
  packed('a deflate bomb of 100 MB', 'deflate', deflateSync(Buffer.alloc(100 * MB)), 413, tooLarge),
  packed('honest gzip', 'gzip', gzipSync('{"type":"a.b"}'), 202, done),
  packed(
    'gzip that breaks off',
    'gzip',
    gzipSync(Buffer.from('{"type":"a.b"}'.repeat(100))).subarray(0, 30),
    202,
    lost('wrong_encoding'),
  ),
  packed('JSON that claims to be gzip', 'gzip', Buffer.from('{"type":"a.b"}'), 202, done),
  packed('JSON that claims to be brotli', 'br', Buffer.from('{"type":"a.b"}'), 202, done),
  packed('a zstd bomb of 100 MB', 'zstd', zstdCompressSync(Buffer.alloc(100 * MB)), 413, tooLarge),
  packed('a raw deflate bomb of 100 MB', 'deflate', deflateRawSync(Buffer.alloc(100 * MB)), 413, tooLarge),
  packed('a bomb in a bomb', 'gzip, gzip', gzipSync(gzipSync(Buffer.alloc(100 * MB))), 413, tooLarge),
  packed('zstd that wants 128 MB of memory', 'zstd', wideZstd, 202, lost('wrong_encoding')),
  packed(
    'gzip in gzip in gzip',
    'gzip, gzip, gzip',
    gzipSync(gzipSync(gzipSync('{"type":"a.b"}'))),
    202,
    lost('wrong_encoding'),
  ),
  packed('a compression that nobody knows', 'zopfli', Buffer.from('{"type":"a.b"}'), 202, done),
  packed(
    'gzip with something behind it',
    'gzip',
    Buffer.concat([gzipSync('{"type":"a.b"}'), Buffer.from('tail')]),
    202,
    lost('wrong_encoding'),
  ),
]

const addresses: HostilePayload[] = [
  { name: 'a path that climbs', suffix: '/../../../etc/passwd', headers: json, body: '{}', status: 404 },
  {
    name: 'a path that climbs in escapes',
    suffix: '/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    headers: json,
    body: '{}',
    status: 404,
  },
  { name: 'a NUL in the key', suffix: '%00', headers: json, body: '{}', status: 404 },
  { name: 'a broken escape in the key', suffix: '%zz', headers: json, body: '{}', status: 404 },
  { name: 'a key of 7,000 letters', suffix: 'k'.repeat(7_000), headers: json, body: '{}', status: 404 },
  { name: 'a second slash', suffix: '//', headers: json, body: '{}', status: 404 },
  {
    name: '2,000 parameters',
    suffix: `?${Array.from({ length: 2_000 }, (_, at) => `p${at}=1`).join('&')}`,
    headers: json,
    body: '{}',
    status: 202,
    receipt: done,
  },
  {
    name: 'parameters with broken escapes',
    suffix: '?a=%zz&b=%ff&%=%',
    headers: json,
    body: '{}',
    status: 202,
    receipt: done,
  },
  {
    name: 'a method nobody uses on hooks',
    method: 'PROPFIND',
    headers: json,
    body: '{}',
    status: 202,
    receipt: done,
  },
]

const protocol: HostilePayload[] = [
  wire('something that is no HTTP', 'GIMME ALL\r\n\r\n', 400),
  wire(
    'bytes at random',
    `${String.fromCharCode(...Array.from({ length: 200 }, (_, at) => 128 + (at % 100)))}\r\n\r\n`,
    400,
  ),
  wire('100 kB of headers', `POST HOOK HTTP/1.1\r\nHost: h\r\n${'X-Flood: yes\r\n'.repeat(8_000)}\r\n`, 431),
  wire(
    'one header of 100 kB',
    `POST HOOK HTTP/1.1\r\nHost: h\r\nX-Flood: ${'y'.repeat(100_000)}\r\n\r\n`,
    431,
  ),
  wire('an address of 100 kB', `POST HOOK?${'y'.repeat(100_000)} HTTP/1.1\r\nHost: h\r\n\r\n`, 431),
  wire(
    'two lengths that differ',
    'POST HOOK HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}',
    400,
  ),
  wire(
    'a length beside chunks',
    'POST HOOK HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ),
  wire('a negative length', 'POST HOOK HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n', 400),
  wire(
    'a chunk of an absurd size',
    'POST HOOK HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n',
    400,
  ),
  wire('a header without a name', 'POST HOOK HTTP/1.1\r\nHost: h\r\n: x\r\nContent-Length: 2\r\n\r\n{}', 400),
  wire(
    'a line feed smuggled into a header',
    'POST HOOK HTTP/1.1\r\nHost: h\r\nX-A: b\rc\r\nContent-Length: 2\r\n\r\n{}',
    400,
  ),
  wire('no host', 'POST HOOK HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}', 400),
]

/** What strangers post: at least a hundred of them, of every kind that has brought a server down somewhere. */
export const hostilePayloads: readonly HostilePayload[] = [
  ...depth,
  ...prototypes,
  ...shapes,
  ...numbers,
  ...texts,
  ...types,
  ...sizes,
  ...compressed,
  ...addresses,
  ...protocol,
]
