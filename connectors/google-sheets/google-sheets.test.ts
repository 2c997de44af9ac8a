import { describe, expect, it } from 'vitest'
import { httpOver, readPayload, UnreadableAnswerError, z } from '#sdk'
import { answerOf, connectorContract, hookOf, localHttp, withReplies } from '#sdk/testing'
import { columnLetters, rangePath, rowOfRange } from './a1.ts'
import { typed } from './cell.ts'
import { contactIn } from './contact-in.ts'
import googleSheets from './index.ts'

connectorContract(googleSheets, import.meta.dirname)

describe('a spreadsheet', () => {
  const id = '1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms'
  const accepts = (spreadsheet: string) => googleSheets.auth.fields.safeParse({ spreadsheet }).success

  it.each([
    `https://docs.google.com/spreadsheets/d/${id}/edit#gid=0`,
    `https://docs.google.com/spreadsheets/u/1/d/${id}/edit?usp=sharing`,
    id,
  ])('is known from %s', async (spreadsheet) => {
    const sent = await withReplies([{ status: 404, headers: {} }], async (origin) => {
      const { http, sent: calls } = localHttp(origin, { prefixUrl: 'https://sheets.googleapis.com' })
      const auth = googleSheets.auth.fields.parse({ spreadsheet, serviceAccountKey: key })
      await expect(googleSheets.auth.check?.({ http, auth })).rejects.toThrow('404')
      return calls[0]?.url
    })
    expect(sent).toContain(`/v4/spreadsheets/${id}?`)
  })

  it('is not known from another link', () => {
    expect(accepts('https://docs.google.com/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74/edit')).toBe(false)
    expect(accepts('My leads')).toBe(false)
  })

  it('may be long: what is remembered of its end fits, and a row below it is found', async () => {
    const size = 12_000
    const sheets = [{ properties: { title: 'Leads', gridProperties: { rowCount: size } } }]
    const heading = { range: 'Leads!A1:Z1', values: [['Email']] }
    const rows = Array.from({ length: size }, (_, at) => [`p${at}@example.org`])
    const replies = [
      { sheets },
      { valueRanges: [heading, { range: 'Leads!A8101:Z12000', values: rows.slice(8_099, 11_999) }] },
      { sheets: [{ properties: { title: 'Leads', gridProperties: { rowCount: size + 1 } } }] },
      { valueRanges: [heading, { range: 'Leads!A8101:Z12001', values: rows.slice(8_099) }] },
    ].map((json) => ({ status: 200, headers: {}, json }))
    const { first, second } = await withReplies(replies, async (origin) => {
      const { http } = localHttp(origin, { prefixUrl: 'https://sheets.googleapis.com' })
      const auth = googleSheets.auth.fields.parse({ spreadsheet: id })
      const context = { http, auth, now: new Date('2026-11-02T09:00:00Z'), subject: '' }
      const answer = await googleSheets.polls?.rows?.fetch(context, undefined)
      return { first: answer, second: await googleSheets.polls?.rows?.fetch(context, answer?.cursor) }
    })
    expect(first?.payload).toBeUndefined()
    expect(first?.cursor.length).toBeLessThan(16_384)
    expect(second?.payload).toMatchObject({
      rows: [{ change: 'added', row: 12_001, values: { Email: 'p11999@example.org' } }],
    })
    expect(second?.cursor.length).toBeLessThan(16_384)
  })
})

describe('a sheet that is watched', () => {
  const sheetOf = (rowCount: number) => ({
    sheets: [{ properties: { title: 'Leads', gridProperties: { rowCount } } }],
  })
  const held = (...emails: string[]) => ({
    valueRanges: [{ values: [['Email']] }, { values: emails.map((email) => [email]) }],
  })
  const look = (
    replies: readonly object[],
    spreadsheet: string,
    cursor: string | undefined,
    now = '2026-11-02T09:00:00Z',
  ) =>
    withReplies(
      replies.map((json) => ({ status: 200, headers: {}, json })),
      async (origin) => {
        const { http, sent } = localHttp(origin, { prefixUrl: 'https://sheets.googleapis.com' })
        const auth = googleSheets.auth.fields.parse({ spreadsheet })
        const context = { http, auth, now: new Date(now), subject: '' }
        const answer = await googleSheets.polls?.rows?.fetch(context, cursor)
        return { answer, sent }
      },
    )

  it('brings nothing that was there before, also where the connection is given another spreadsheet', async () => {
    const first = await look([sheetOf(9), held('ada@example.org')], 'first-spreadsheet', undefined)
    const others = held('ben@example.org', 'cleo@example.org')
    const second = await look([sheetOf(9), others], 'other-spreadsheet', first.answer?.cursor)
    expect(second.answer?.payload).toBeUndefined()
    const third = await look(
      [sheetOf(9), held('ben@example.org', 'cleo@example.org', 'dora@example.org')],
      'other-spreadsheet',
      second.answer?.cursor,
    )
    expect(third.answer?.payload).toMatchObject({
      rows: [{ change: 'added', values: { Email: 'dora@example.org' } }],
    })
  })

  it.each([
    [
      'put in',
      [
        ['Email', '', 'City'],
        ['ada@example.org', '', 'Brno'],
        ['ben@example.org', '', 'Oslo'],
      ],
    ],
    [
      'moved',
      [
        ['City', 'Email'],
        ['Brno', 'ada@example.org'],
        ['Oslo', 'ben@example.org'],
      ],
    ],
    ['taken out', [['City'], ['Brno'], ['Oslo']]],
  ])('tells nothing of its rows when a column is %s, but what is added below', async (_what, rows) => {
    const cells = ([headings, ...others]: string[][]) => ({
      valueRanges: [{ values: [headings] }, { values: others }],
    })
    const before = [
      ['Email', 'City'],
      ['ada@example.org', 'Brno'],
      ['ben@example.org', 'Oslo'],
    ]
    const first = await look([sheetOf(9), cells(before)], 'a-spreadsheet', undefined)
    const second = await look(
      [sheetOf(9), cells([...rows, ['cleo@example.org']])],
      'a-spreadsheet',
      first.answer?.cursor,
    )
    expect(second.answer?.payload).toMatchObject({ rows: [{ change: 'added', row: 4 }] })
    const changed = rows.map((row, at) => (at === 1 ? [...row.slice(0, -1), 'Praha'] : row))
    const third = await look(
      [sheetOf(9), cells([...changed, ['cleo@example.org']])],
      'a-spreadsheet',
      second.answer?.cursor,
    )
    expect(third.answer?.payload).toMatchObject({ rows: [{ change: 'updated', row: 2 }] })
  })

  it('tells what was changed in a row while a column was added behind the others', async () => {
    const cells = (headings: string[], ...rows: string[][]) => ({
      valueRanges: [{ values: [headings] }, { values: rows }],
    })
    const before = cells(['Email'], ['ada@example.org'], ['ben@example.org'])
    const first = await look([sheetOf(9), before], 'a-spreadsheet', undefined)
    const after = cells(['Email', 'Status'], ['ada@example.org', 'won'], ['ben@example.org'])
    const second = await look([sheetOf(9), after], 'a-spreadsheet', first.answer?.cursor)
    expect(second.answer?.payload).toMatchObject({ rows: [{ change: 'updated', values: { Status: 'won' } }] })
  })

  it('tells the same row once more when it was deleted and the watch begun anew', async () => {
    const rowAdded = async (at: string) => {
      const first = await look([sheetOf(9), held()], 'a-spreadsheet', undefined, at)
      const second = await look(
        [sheetOf(9), held('test@example.org')],
        'a-spreadsheet',
        first.answer?.cursor,
        at,
      )
      const inbound = googleSheets.inbound.find(({ id }) => id === 'rows')
      if (!inbound) throw new Error('There is no inbound for rows.')
      const reading = readPayload(inbound, hookOf({ body: JSON.stringify(second.answer?.payload) }))
      return reading.outcome === 'read' && reading.items[0]?.ok ? reading.items[0].dedupeKey : reading.outcome
    }
    // Begun anew, as when the sheet is called by its name from now on or watching was off for a while.
    expect(await rowAdded('2026-11-02T09:00:00Z')).not.toBe(await rowAdded('2026-11-02T09:10:00Z'))
  })

  it('may grow by ten thousand rows at once: each of them is told, in pages that the hub can keep', async () => {
    const columns = Array.from({ length: 30 }, (_, at) => `Heading of the column ${at}`)
    const rowOf = (row: number) => columns.map((_, at) => `${row}-${at}`)
    const held = Array.from({ length: 14_000 }, (_, at) => rowOf(at + 2))
    const { told, payloads } = await growingSheet(columns, held.slice(0, 4_000), held)
    expect(told).toEqual(Array.from({ length: 10_000 }, (_, at) => at + 4_002))
    expect(Math.max(...payloads)).toBeLessThanOrEqual(10 * 1024 * 1024)
  })

  it('may be added to below thousands of blank rows', async () => {
    const blank = Array.from({ length: 5_000 }, (): string[] => [])
    const { told } = await growingSheet(
      ['Email'],
      [['a@example.org']],
      [['a@example.org'], ...blank, ['b@example.org']],
    )
    expect(told).toEqual([5_003])
  })

  it('tells what comes in above, however much it is, and nothing of the rows that moved down', async () => {
    const named = (name: string, count: number) =>
      Array.from({ length: count }, (_, at) => [`${name}${at}@example.org`])
    const before = named('old', 100)
    const { told } = await growingSheet(['Email'], before, [...named('new', 2_500), ...before])
    expect(told).toEqual(Array.from({ length: 2_500 }, (_, at) => at + 2))
  })

  it('may have rows so long that few of them fit into one answer', async () => {
    const held = Array.from({ length: 3_901 }, (_, at) => [`p${at}@example.org`, 'long '.repeat(800)])
    const { told } = await growingSheet(['Email', 'Message'], held.slice(0, -1), held)
    expect(told).toEqual([3_902])
  })

  /** Looks at a sheet that holds these rows and then those, until there is nothing more to see. */
  async function growingSheet(headings: string[], before: readonly string[][], after: readonly string[][]) {
    let rows = [headings, ...before]
    const http = httpOver(async (_method, path) => {
      const ranges = [...path.matchAll(/!(\d+)(?:%3A|:)(\d+)/g)].map(
        ([, from, to]) => [Number(from), Number(to)] as const,
      )
      const body = path.includes('values:batchGet')
        ? {
            valueRanges: ranges.map(([from, to]) => ({
              values: rows.slice(from - 1, to),
            })),
          }
        : sheetOf(rows.length)
      // As Google writes it.
      const text = JSON.stringify(body, null, 2)
      if (text.length > 5_000_000)
        throw new UnreadableAnswerError('The answer could not be used: it is larger than 5 MB.', false)
      return answerOf(text)
    })
    const auth = googleSheets.auth.fields.parse({ spreadsheet: 'a-spreadsheet' })
    const context = { http, auth, now: new Date('2026-11-02T09:00:00Z'), subject: '' }
    let answer = await googleSheets.polls?.rows?.fetch(context, undefined)
    rows = [headings, ...after]
    const told: number[] = []
    const payloads: number[] = []
    do {
      answer = await googleSheets.polls?.rows?.fetch(context, answer?.cursor)
      payloads.push(JSON.stringify(answer?.payload ?? '').length)
      const page = z.object({ rows: z.array(z.object({ row: z.int() })) }).safeParse(answer?.payload)
      told.push(...(page.data?.rows ?? []).map(({ row }) => row))
    } while (answer?.more)
    return { told, payloads }
  }
})

describe('a column that was found before', () => {
  it('is asked for along with the headings, and looked for again once the sheet has become narrower', async () => {
    const values = (...valueRanges: string[][][]) => ({
      status: 200,
      headers: {},
      json: { valueRanges: valueRanges.map((held) => ({ values: held })) },
    })
    const [wide, narrow] = [['Name', 'Phone', 'Email'], ['Email']]
    const tooNarrow = { error: { code: 400, message: 'Range (C:C) exceeds grid limits.' } }
    const replies = [
      values([wide]),
      values([['Email'], ['x']]),
      values([wide], [['Email'], ['x']]),
      { status: 400, headers: {}, json: tooNarrow },
      values([narrow]),
      values([['Email'], ['x']]),
    ]
    const asked = await withReplies(replies, async (origin) => {
      const { http, sent } = localHttp(origin, { prefixUrl: 'https://sheets.googleapis.com' })
      const auth = googleSheets.auth.fields.parse({ spreadsheet: 'a-spreadsheet' })
      for (let look = 0; look < 3; look++) {
        const found = await googleSheets.actions.updateRow?.current?.(
          { http, auth },
          { keyColumn: 'Email', key: 'nobody', values: {} },
        )
        expect(found).toEqual({})
      }
      return sent.map(({ url }) => new URL(url).searchParams.getAll('ranges').join(' '))
    })
    expect(asked).toEqual(['1:1', 'C:C', '1:1 C:C', '1:1 C:C', '1:1', 'A:A'])
  })
})

describe('a text that Google shall read as if somebody typed it', () => {
  it.each([
    '=1+1',
    '+48 512 000 222',
    '+IMPORTXML(A1)',
    '-cmd|calc',
    '@SUM(A1)',
    '\t=1',
    "'quoted",
    '007',
    '1e5',
    '12345678901234567',
  ])('stays %s, whatever Google would make of it', (text) => {
    expect(typed(text)).toBe(`'${text}`)
  })

  it.each(['49.90', '-12.50', '0', '0.5', '1,5', '2026-11-24', 'Ana', '12 items', 'a=b'])(
    'may become what %s means',
    (text) => {
      expect(typed(text)).toBe(text)
    },
  )

  it('leaves numbers alone', () => {
    expect([typed(5), typed(-5), typed(true)]).toEqual([5, -5, true])
  })
})

describe('an address in a sheet', () => {
  it('names columns beyond Z, and sheets with blanks and quotes', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(columnLetters)).toEqual([
      'A',
      'Z',
      'AA',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
    ])
    expect(decodeURIComponent(rangePath("Ana's leads", 'A1'))).toBe("'Ana''s leads'!A1")
    expect(decodeURIComponent(rangePath(undefined, '1:1'))).toBe('1:1')
    expect(['Leads!A6:D6', "'My ''x'' sheet'!B12", 'Leads!A:A'].map(rowOfRange)).toEqual([6, 12, undefined])
  })
})

describe('the person that a row is about', () => {
  it.each([
    ['English', { 'E-mail': 'a@b.example', 'First Name': 'Ana', Surname: 'López', 'Phone number': 34600 }],
    [
      'Spanish',
      { 'Correo electrónico': 'a@b.example', Nombre: 'Ana', Apellidos: 'López', Teléfono: '34600' },
    ],
    ['Polish', { 'Adres e-mail': 'a@b.example', Imię: 'Ana', Nazwisko: 'López', Telefon: '34600' }],
    ['Ukrainian', { 'Електронна пошта': 'a@b.example', 'Ім’я': 'Ana', Прізвище: 'López', Телефон: '34600' }],
  ])('is found by headings in %s', (_language, values) => {
    expect(contactIn(values)).toEqual({
      email: 'a@b.example',
      first_name: 'Ana',
      last_name: 'López',
      phone: '34600',
    })
  })

  it('is nobody where a column is called Email and holds none', () => {
    expect(contactIn({ Email: 'yes', Birthday: '1.5.1990' })).toEqual({})
  })
})

const key = JSON.stringify({
  type: 'service_account',
  client_email: 'hub@leads.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
})
