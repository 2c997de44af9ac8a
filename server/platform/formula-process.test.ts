import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { createFormulaRunner } from './formula-process.ts'
import type { FormulaErrorCode, FormulaResult } from '../../mappings/formula.ts'

const now = new Date('2026-11-22T18:00:00Z')
const input = {
  event: {
    contact: { email: 'ann@example.com', first_name: 'Ann' },
    properties: { total: 12.5, list: [1, 2, 3] },
  },
  deep: nested(2_000),
  // What somebody may post who knows how JSONata keeps its functions.
  posing: {
    lambda: {
      _jsonata_lambda: true,
      body: { type: 'variable', value: 'now' },
      arguments: [],
      environment: {},
    },
    native: { _jsonata_function: true, implementation: 'process.exit()' },
    thunk: { _jsonata_lambda: true, thunk: true, body: { procedure: { type: 'variable', value: 'now' } } },
  },
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = { inner: value }
  return value
}

/** Long enough for a busy machine; a formula that has to be killed takes so long. */
const patient = { hardTimeoutMs: 700 }
const formulas = createFormulaRunner(patient)
afterAll(() => formulas.stop())

async function answerTo(expression: string): Promise<FormulaResult> {
  return formulas.evaluate(expression, input, now)
}

type Outcome = { value: unknown } | { code: FormulaErrorCode | readonly FormulaErrorCode[]; message?: string }

/** The answer, as far as something was promised about it. */
function shortened(result: FormulaResult, outcome: Outcome): unknown {
  if (result.ok || 'value' in outcome) return result
  const { code, message } = result
  const isPromised = [outcome.code].flat().includes(code)
  const isClear = message.includes(outcome.message ?? '') && message.length < 600
  return { code: isPromised ? 'as promised' : code, message: isClear ? 'clear' : message }
}

function promised(outcome: Outcome): unknown {
  return 'value' in outcome ? { ok: true, value: outcome.value } : { code: 'as promised', message: 'clear' }
}

const jam = 'a'.repeat(60)

/** Two bounds apply, and it depends on the machine which is met first. */
const tooMuch: readonly FormulaErrorCode[] = ['formula_memory', 'formula_timeout']

/** What hostile or careless people write, and the answer each must get. */
const hostile: Record<string, [expression: string, outcome: Outcome]> = {
  'endless tail recursion': ['($f := function($x){ $f($x + 1) }; $f(1))', { code: 'formula_timeout' }],
  'endless recursion': [
    '($f := function($n){ $n + $f($n - 1) }; $f(5))',
    { code: 'formula_failed', message: 'too deeply' },
  ],
  'two functions calling each other': [
    '($a := function($x){ $b($x) }; $b := function($x){ $a($x) }; $a(1))',
    { code: ['formula_timeout', 'formula_failed'] },
  ],
  'recursion that fans out': ['($f := function($x){ [$f($x), $f($x)] }; $f(1))', { code: 'formula_failed' }],
  'a huge range': ['$sum([1..9999999])', { code: 'formula_memory', message: 'list of more than' }],
  'a range beyond all limits': ['[1..100000000000]', { code: 'formula_memory' }],
  'ranges within ranges': ['[1..3000].([1..3000].($ * 2))', { code: tooMuch }],
  'a list that doubles': [
    '$count($reduce([1..40], function($a, $i){ $append($a, $a) }, [1]))',
    { code: tooMuch },
  ],
  'a list that doubles by mapping': [
    '$reduce([1..40], function($a, $i){ $map([1, 2], function($x){ $a }) }, [1])',
    { code: ['formula_memory', 'formula_timeout', 'formula_output_too_large'] },
  ],
  'a slow sort': [
    '$sort([1..9000], function($l, $r){ $string($l) > $string($r) })',
    { code: 'formula_timeout' },
  ],
  'a text that doubles': ['$length($reduce([1..40], function($a, $i){ $a & $a }, "x"))', { code: tooMuch }],
  'a text that doubles by joining': [
    '$reduce([1..40], function($a, $i){ $join([$a, $a]) }, "xxxxxxxx")',
    { code: tooMuch },
  ],
  'a text that doubles by replacing': [
    '$reduce([1..40], function($a, $i){ $replace($a, "x", "xxxxxxxx") }, "x")',
    { code: tooMuch },
  ],
  'padding to half a billion': ['$pad("x", 500000000)', { code: 'formula_memory', message: 'characters' }],
  'padding to the left': ['$pad("x", -500000000, "ab")', { code: 'formula_memory' }],
  'padding in a roundabout way': ['($p := $pad; $p("x", 5e8))', { code: 'formula_memory' }],
  'joining many long texts': [
    '($x := $pad("x", 1000000); $length($join($map([1..5000], function(){ $x }), ",")))',
    { code: tooMuch },
  ],
  'a regular expression that backtracks': [`$contains("${jam}!", /^(a+)+$/)`, { value: false }],
  'another, in a replacement': [`$replace("${jam}", /(a*)*b/, "")`, { value: jam }],
  'one that only killing stops': [
    `$contains("${jam}!", /^((a+)+)\\1$/)`,
    { code: 'formula_timeout', message: 'by force' },
  ],
  'memory without end': [
    '($f := function($a){ $f($append([$a], $string([1..9000]))) }; $f([]))',
    { code: ['formula_memory', 'formula_timeout', 'formula_failed'] },
  ],
  'something that looks like a promise': [
    '{ "then": /a/ }',
    { code: 'formula_failed', message: 'never comes' },
  ],
  'the same, inside a function': [
    '$map([1, 2], function($x){ { "then": /a/ } })',
    { code: 'formula_failed' },
  ],
  'evaluating text': ['$eval("1 + 1")', { code: 'formula_failed', message: 'cannot be used here' }],
  chance: ['$random()', { code: 'formula_failed', message: 'same result every time' }],
  shuffling: ['$shuffle([1, 2, 3])', { code: 'formula_failed', message: 'same result every time' }],
  'reaching for the constructor': [
    '$string($.constructor) & $string(event.constructor.constructor)',
    { value: '' },
  ],
  'reaching for the prototype': ['$string($.__proto__) & $string($lookup($, "__proto__"))', { value: '' }],
  'reaching through a function of ours': ['$text.constructor', { value: undefined }],
  'calling what is no function': ['event.contact(1)', { code: 'formula_failed' }],
  'looking inside a function': [
    '$string($lookup([$uppercase], "implementation")) & $string($lookup([function(){ 1 }], "environment"))',
    { value: '' },
  ],
  'putting a function into a text': ['$text([$uppercase, function(){ 1 }])', { value: '' }],
  'data that poses as a function': ['posing.lambda(1)', { code: 'formula_failed' }],
  'data that poses as a function of JSONata': ['posing.native(1)', { code: 'formula_failed' }],
  'data that poses as a function for each element': [
    '$map([1, 2], posing.native)',
    { code: 'formula_failed' },
  ],
  'data that poses as a call yet to come': ['posing.thunk(1)', { code: 'formula_failed' }],
  'setting a prototype': ['{ "__proto__": { "polluted": true } }.polluted', { value: undefined }],
  'merging onto a prototype': [
    '$merge([{ "__proto__": { "polluted": true } }, { "constructor": 1 }]).polluted',
    { value: undefined },
  ],
  'transforming a prototype': [
    '{ "a": event.contact } ~> |a|{ "__proto__": { "polluted": true } }|',
    { value: { a: { email: 'ann@example.com', first_name: 'Ann' } } },
  ],
  'a result of a megabyte': ['$pad("x", 1000000)', { code: 'formula_output_too_large' }],
  'a result of many small things': [
    '($x := $pad("x", 900); $map([1..500], function($i){ { "name": $x } }))',
    { code: 'formula_output_too_large' },
  ],
  'a result that is nested without end': [
    'deep',
    { code: 'formula_output_too_large', message: 'levels deep' },
  ],
  'a result that is a function': ['$uppercase', { code: 'formula_failed', message: 'ends in a function' }],
  'a result that is a function of its own': [
    'function($x){ $x }',
    { code: 'formula_failed', message: 'ends in a function' },
  ],
  'a number that is none': ['1 / 0', { code: 'formula_failed', message: 'division by zero' }],
  'a formula of a megabyte': [
    `"${'x'.repeat(1_000_000)}"`,
    { code: 'formula_syntax', message: '1000002 characters long' },
  ],
  'brackets without end': ['('.repeat(15_000), { code: 'formula_syntax' }],
  'lists within lists without end': [
    '['.repeat(9_000) + ']'.repeat(9_000),
    { code: ['formula_syntax', 'formula_failed'] },
  ],
  'a long chain of operators': [`1${' + 1'.repeat(4_500)}`, { code: ['formula_syntax', 'formula_failed'] }],
  'a long path': [`event${'.a'.repeat(9_000)}`, { code: 'formula_syntax', message: 'nested too deeply' }],
  'an open text': ['"never closed', { code: 'formula_syntax' }],
  garbage: ['\u0000\uffff%$#@!', { code: 'formula_syntax' }],
  'an error of its own': ['$error("no plan today")', { code: 'formula_failed', message: 'no plan today' }],
  'an error as long as a book': ['$error($pad("x", 900000))', { code: 'formula_failed' }],
  'texts of all scripts': ['"Привіт 👋 \u202e" & "\\ud83d"', { value: 'Привіт 👋 \u202e\ud83d' }],
  'a clock': ['$now() & " " & $string($millis())', { value: '2026-11-22T18:00:00.000Z 1795370400000' }],
  'a clock hidden in parsing': [
    '$fromMillis($toMillis("12:30", "[H]:[m]"))',
    { value: '2026-11-22T12:30:00.000Z' },
  ],
  'pictures of numbers': [`$formatNumber(1, "${'#'.repeat(10_000)}0")`, { value: '1' }],
}

describe('a formula that means harm', () => {
  it.each(Object.entries(hostile).map(([name, [expression, outcome]]) => ({ name, expression, outcome })))(
    'gets a clear answer and leaves the others alone: $name',
    async ({ expression, outcome }) => {
      expect(shortened(await answerTo(expression), outcome)).toEqual(promised(outcome))
      expect(await answerTo('event.contact.first_name & "!"')).toEqual({ ok: true, value: 'Ann!' })
    },
    20_000,
  )

  it('does not fail those that were waiting behind it', async () => {
    const bomb = `$contains("${jam}?", /^((a+)+)\\1$/)`
    const results = await Promise.all([
      ...Array.from({ length: 40 }, (_, at) => formulas.evaluate(`${at} + 1`, input, now)),
      formulas.evaluate(bomb, input, now),
      ...Array.from({ length: 40 }, (_, at) => formulas.evaluate(`${at} + 1`, input, now)),
      formulas.evaluateMany(['1', bomb, '3'], input, now),
    ])
    const flat = results.flat()
    expect(flat.filter((result) => !result.ok).map((result) => (result.ok ? '' : result.code))).toEqual([
      'formula_timeout',
      'formula_suspended',
    ])
    expect(flat.slice(0, 3)).toEqual([1, 2, 3].map((value) => ({ ok: true, value })))
    expect(flat.slice(-3).map((result) => (result.ok ? result.value : result.code))).toEqual([
      1,
      'formula_suspended',
      3,
    ])
  }, 20_000)

  it('does not keep others waiting, however many there are in one request', async () => {
    let lost = 0
    const runner = createFormulaRunner({ ...patient, onLost: () => lost++ })
    try {
      const bombs = Array.from({ length: 40 }, (_, at) => `$contains("${jam}${at}!", /^((a+)+)\\1$/)`)
      const hostileOnes = runner.evaluateMany(bombs, input, now)
      const mates = [runner.evaluate('1 + 1', input, now), runner.evaluateMany(['2', '3'], input, now)]
      const values = (await Promise.all(mates)).flat().map((result) => result.ok && result.value)
      expect(values).toEqual([2, 2, 3])
      expect(lost).toBeLessThanOrEqual(4)

      const codes = (await hostileOnes).map((result) => (result.ok ? 'ok' : result.code))
      expect(codes.filter((code) => code === 'formula_timeout')).toHaveLength(2)
      expect(codes.filter((code) => code === 'formula_suspended')).toHaveLength(38)
      expect(lost).toBeLessThanOrEqual(4)
    } finally {
      await runner.stop()
    }
  }, 60_000)

  it('does not keep those waiting who come while many of its kind are found out one by one', async () => {
    let lost = 0
    const later: Promise<{ result: FormulaResult; lost: number }>[] = []
    const runner = createFormulaRunner({
      ...patient,
      onLost() {
        lost++
        if (lost > 1) return
        later.push(runner.evaluate('1 + 1', input, now).then((result) => ({ result, lost })))
      },
    })
    try {
      const bombs = Array.from({ length: 6 }, (_, at) => `$contains("${jam}${at}?", /^((a+)+)\\1$/)`)
      await Promise.all(bombs.map((bomb) => runner.evaluate(bomb, input, now)))
      const [answered] = await Promise.all(later)
      expect(answered?.result).toEqual({ ok: true, value: 2 })
      expect(answered?.lost).toBeLessThanOrEqual(3)
    } finally {
      await runner.stop()
    }
  }, 60_000)

  it('is not tried again for a minute after it had to be killed, and then it is', async () => {
    let clockMs = 0
    const suspended: string[] = []
    const runner = createFormulaRunner({
      ...patient,
      clock: () => clockMs,
      onSuspended: ({ expression, code }) => suspended.push(`${code} ${expression}`),
    })
    const slow = '$contains(text, /^((a+)+)\\1$/)'
    try {
      expect(await runner.evaluate(slow, { text: `${jam}!` }, now)).toMatchObject({ code: 'formula_timeout' })
      expect(await runner.evaluate(slow, { text: 'aa' }, now)).toMatchObject({ code: 'formula_suspended' })
      clockMs = 59_999
      expect(await runner.evaluate(slow, { text: 'aa' }, now)).toMatchObject({ code: 'formula_suspended' })
      clockMs = 60_000
      expect(await runner.evaluate(slow, { text: 'aa' }, now)).toEqual({ ok: true, value: true })
      expect(suspended).toEqual([`formula_timeout ${slow}`])
    } finally {
      await runner.stop()
    }
  }, 20_000)

  it('is suspended too when it runs into its time limit again and again', async () => {
    const endless = '($f := function($x){ $f($x) }; $f(1))'
    const runner = createFormulaRunner({ ...patient, timeoutMs: 20 })
    try {
      const codes: string[] = []
      for (let time = 0; time < 4; time++) {
        const result = await runner.evaluate(endless, {}, now)
        codes.push(result.ok ? 'ok' : result.code)
      }
      expect(codes).toEqual(['formula_timeout', 'formula_timeout', 'formula_timeout', 'formula_suspended'])
    } finally {
      await runner.stop()
    }
  })

  it('cannot use up the memory of the server', async () => {
    const before = process.memoryUsage().rss
    const runner = createFormulaRunner({ ...patient, memoryMb: 48, hardTimeoutMs: 10_000, timeoutMs: 10_000 })
    try {
      const eater =
        '($f := function($a, $n){ $f([$a, $map([1..9000], function($i){ $i + $n })], $n + 1) }; $f([], 1))'
      expect(await runner.evaluate(eater, {}, now)).toMatchObject({ ok: false, code: 'formula_memory' })
      expect(await runner.evaluate('1 + 1', {}, now)).toEqual({ ok: true, value: 2 })
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    } finally {
      await runner.stop()
    }
  }, 30_000)
})

describe('an ordinary formula', () => {
  it('reads the event and gives plain JSON', async () => {
    const result = await answerTo(
      '{ "name": event.contact.first_name, "list": event.properties.list[$ > 1] }',
    )
    expect(result).toEqual({ ok: true, value: { name: 'Ann', list: [2, 3] } })
    const value = result.ok ? result.value : undefined
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('gives undefined where it finds nothing, which is not null', async () => {
    expect(await formulas.evaluateMany(['event.missing', 'null'], input, now)).toEqual([
      { ok: true, value: undefined },
      { ok: true, value: null },
    ])
  })

  it('has the functions of the mappings', async () => {
    expect(
      await answerTo('$phone("030 901820", "DE") & " " & $money(event.properties.total, "EUR")'),
    ).toEqual({
      ok: true,
      value: '+4930901820 €12.50',
    })
  })

  it('keeps its answer apart from those of a thousand others', async () => {
    const results = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) => formulas.evaluateMany(['n', 'n * 2', '$x('], { n: at }, now)),
    )
    for (const [at, [plain, doubled, broken]] of results.entries()) {
      expect(plain).toEqual({ ok: true, value: at })
      expect(doubled).toEqual({ ok: true, value: at * 2 })
      expect(broken).toMatchObject({ ok: false, code: 'formula_syntax' })
    }
  })

  it('is shared out among several processes', async () => {
    const runner = createFormulaRunner({ ...patient, processes: 2 })
    try {
      const results = await Promise.all(
        Array.from({ length: 300 }, (_, at) => runner.evaluate('n + 1', { n: at }, now)),
      )
      expect(results).toEqual(Array.from({ length: 300 }, (_, at) => ({ ok: true, value: at + 1 })))
    } finally {
      await runner.stop()
    }
  })

  it('is refused with a reason when it would read more than a process can hold', async () => {
    const runner = createFormulaRunner({ ...patient, inputBytesMax: 1_000 })
    try {
      expect(await runner.evaluate('raw', { raw: 'x'.repeat(1_000) }, now)).toMatchObject({
        ok: false,
        code: 'formula_memory',
        message: expect.stringContaining('larger than 1000 bytes'),
      })
    } finally {
      await runner.stop()
    }
  })
})

describe('the process of formulas', () => {
  const runner = createFormulaRunner({ hardTimeoutMs: 10_000, timeoutMs: 300 })
  afterAll(() => runner.stop())

  /** This test's children, those of other runners among them. */
  function children(): number[] {
    const found = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'formula-child'], { encoding: 'utf8' })
    return found.stdout.split('\n').filter(Boolean).map(Number)
  }

  it('goes on when the server is told to stop, and blames nobody when somebody else ends it', async () => {
    const others = children()
    expect(await runner.evaluate('1', {}, now)).toEqual({ ok: true, value: 1 })
    const [pid = 0] = children().filter((child) => !others.includes(child))

    process.kill(pid, 'SIGTERM')
    process.kill(pid, 'SIGINT')
    expect(await runner.evaluate('2', {}, now)).toEqual({ ok: true, value: 2 })
    expect(children()).toContain(pid)

    const waiting = runner.evaluateMany(['($f := function($x){ $f($x + 1) }; $f(1))', '3'], {}, now)
    await Promise.resolve()
    process.kill(pid, 'SIGKILL')
    expect(await waiting).toMatchObject([
      { code: 'formula_timeout', message: expect.stringContaining('more than 300 ms') },
      { ok: true, value: 3 },
    ])
  }, 20_000)
})

describe('a formula in the editor', () => {
  it('is read without being run, and its mistake has a place', async () => {
    expect(await formulas.check('$error("never run")')).toEqual({ ok: true })
    const broken = await formulas.check('event.total + ')
    expect(broken).toMatchObject({ ok: false, code: 'formula_syntax' })
    expect(await formulas.check('event.(total * )')).toMatchObject({ ok: false, position: 16 })
  })
})

describe('stopping', () => {
  it('answers what is still waiting, and what comes later', async () => {
    const runner = createFormulaRunner(patient)
    const waiting = runner.evaluate('1', {}, now)
    await runner.stop()
    await runner.stop()
    expect(await waiting).toMatchObject({
      ok: false,
      code: 'formula_failed',
      message: expect.stringContaining('stopping'),
    })
    expect(await runner.evaluate('1', {}, now)).toMatchObject({
      ok: false,
      message: expect.stringContaining('stopping'),
    })
  })
})
