import { pino } from 'pino'
import { createRedactor, cut } from './redaction.ts'
import type { Redactor } from './redaction.ts'

/** One wide line: the stage that ended, and whatever belongs to it (ids, counts, outcome, `durationMs`, `err`). */
export interface LogLine {
  /** `noun.past_tense`, such as `receipt.stored`. */
  readonly stage: string
  readonly [field: string]: unknown
}

/** Writes one line at the end of each stage. No prose: what happened is the stage, the rest are fields. */
export interface Logger {
  debug(line: LogLine): void
  info(line: LogLine): void
  warn(line: LogLine): void
  error(line: LogLine): void
}

export interface LoggerOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** The hub's own secrets (its key, the operator's token), cut wherever they appear. */
  secrets?: readonly string[]
  /** Names of the connectors' `secret: true` fields, for those that do not sound like one. */
  secretNames?: Iterable<string>
  /** Default: standard output, as JSON lines, or as short plain lines where a person looks at a terminal. */
  destination?: { write(line: string): unknown }
}

/**
 * A logger that lets no secret pass: fields named like one are cut whatever they hold and however deep they are, and so
 * are credentials in addresses, hook keys, and the hub's own secrets. Of an error it writes kind, code, message, stack
 * and cause, and nothing else that hangs on it.
 */
export function createLogger({ level, secrets = [], secretNames = [], destination }: LoggerOptions): Logger {
  const clean = createCleaner(createRedactor(secrets), new Set(secretNames))
  const log = pino(
    {
      level,
      base: undefined,
      timestamp: createTimestamp(),
      serializers: { err: (cleaned: unknown) => cleaned },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? standardOutput(),
  )
  // Cleaned before pino sees it: of an error it would copy the message into a field of its own.
  const writer = (at: 'debug' | 'info' | 'warn' | 'error') => (line: LogLine) => {
    if (log.isLevelEnabled(at)) log[at](clean.fields(line, 0))
  }
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') }
}

/** Lines come in bursts: the time of most is that of the line before, and need not be put in words again. */
function createTimestamp(): () => string {
  let at = Number.NaN
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== at) text = `,"time":"${new Date(now).toISOString()}"`
    at = now
    return text
  }
}

/**
 * Buffered for at most a quarter of a second: a write per line would cost more than what the line tells about. As bytes,
 * because texts would be joined and measured from their beginning again with every line.
 */
function standardOutput(): { write(line: string): unknown } {
  if (process.stdout.isTTY) return { write: (line) => process.stdout.write(plainLine(line)) }
  const output: { write(line: string | Buffer): unknown } = pino.destination({
    fd: 1,
    sync: false,
    minLength: 16_000,
    periodicFlush: 250,
    contentMode: 'buffer',
  })
  return { write: (line) => output.write(Buffer.from(line)) }
}

const sensitiveName = /authori[sz]|auth(?!or)|cookie|token|secret|passw|credential|[\w-]key$/i
/** Keys that open nothing. */
const harmlessName = /(?:entry|event|dedupe|idempotency|identity|public|lane|partition|cache|sort)[-_]?key$/i
const sensitiveText: readonly (readonly [RegExp, string])[] = [
  [/(\/hooks\/)[\w-]{8,}/g, `$1${cut}`],
  [/(:\/\/)[^\s/@:]*:[^\s/@]*@/g, `$1${cut}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${cut}`],
  [/((?:[?&]|\b)\w*(?:token|secret|passw(?:or)?d|api_?-?key|signature)=)[^&\s"'<>\\]+/gi, `$1${cut}`],
]
const depthMax = 6
const namesMax = 1_000
/** A line is for reading; what is longer has its own place in the store. */
const textLengthMax = 4_000

function createCleaner(redact: Redactor, secretNames: ReadonlySet<string>) {
  const judged = new Map<string, boolean>()

  /** A line's names are few and come again with every line; those of foreign objects are bounded in number. */
  function isSensitive(name: string): boolean {
    const known = judged.get(name)
    if (known !== undefined) return known
    const sensitive = secretNames.has(name) || (sensitiveName.test(name) && !harmlessName.test(name))
    if (judged.size < namesMax) judged.set(name, sensitive)
    return sensitive
  }

  function fields(source: object, depth: number): Record<string, unknown> {
    const clean: Record<string, unknown> = {}
    for (const name of Object.keys(source)) {
      // It would be the prototype of the copy.
      if (name === '__proto__') continue
      const field: unknown = Reflect.get(source, name)
      clean[name] = isSensitive(name) && !isCount(field) ? cut : value(field, depth)
    }
    return clean
  }

  function value(source: unknown, depth: number): unknown {
    if (typeof source === 'string') return text(source)
    if (typeof source !== 'object' || source === null) return source
    if (source instanceof Error) return error(source, depth)
    if (source instanceof Date) return source
    if (source instanceof URL) return text(source.href)
    if (ArrayBuffer.isView(source)) return `${source.byteLength} bytes`
    if (source instanceof Map || source instanceof Set) return `${source.size} entries`
    if (depth >= depthMax) return '…'
    if (Array.isArray(source)) return source.map((item: unknown) => value(item, depth + 1))
    return fields(source, depth + 1)
  }

  function text(source: string): string {
    // Twice the length is searched, so that a secret across the end is not left there in half.
    const known = redact(source.slice(0, 2 * textLengthMax))
    // Ids and codes, which most fields are, hold none of the characters that the patterns need.
    const clean = /[/=\s]/.test(known)
      ? sensitiveText.reduce((so, [pattern, replacement]) => so.replace(pattern, replacement), known)
      : known
    return clean.length > textLengthMax ? `${clean.slice(0, textLengthMax)}…` : clean
  }

  function error(source: Error, depth: number): Record<string, unknown> {
    return {
      type: source.name,
      code: 'code' in source ? source.code : undefined,
      message: text(source.message),
      stack: text(source.stack ?? ''),
      cause: source.cause === undefined || depth >= depthMax ? undefined : value(source.cause, depth + 1),
    }
  }

  return { fields }
}

/** `tokens: 3` or `hasSecret: true` says nothing that could be used. */
function isCount(field: unknown): boolean {
  if (typeof field === 'number') return field < 1_000
  return typeof field === 'boolean' || field === undefined || field === null
}

/** `10:15:00 info receipt.stored connection=con_1 count=3`, and the stack of an error below it. */
function plainLine(json: string): string {
  const { time, level, stage, err, ...fields }: Record<string, unknown> = JSON.parse(json)
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const line = [String(time).slice(11, 19), String(level), String(stage), ...shown].join(' ')
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : ''
  return `${line}${stack}\n`
}
