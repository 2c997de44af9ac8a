/** What stands where a secret stood. */
export const cut = '•••'

/** Shorter values are not looked for inside other text: they would cut half of it and protect nothing. */
const secretLengthMin = 4

/** Takes every secret out of a text, however it is spelled there. */
export type Redactor = (text: string) => string

/**
 * Makes a redactor for these values. It finds each as it stands, percent- or form-encoded, escaped as in JSON (however
 * deep JSON is packed into JSON, and in the spellings of every language), as in HTML, in hexadecimal, and inside any
 * base64 (`user:secret` of basic authentication included).
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  // Longest first, so that a secret which contains another one does not leave its ends behind.
  const values = [...new Set(secrets)]
    .filter((secret) => secret.length >= secretLengthMin)
    .toSorted((a, b) => b.length - a.length)
  if (values.length === 0) return (text) => text

  // Most keys are of letters and digits, which no encoding touches, and a plain search is many times faster.
  const plain = values.filter((value) => untouched.test(value))
  const odd = values.filter((value) => !untouched.test(value)).map(everySpelling)
  const hex = values.map((value) => Buffer.from(value).toString('hex'))
  const literal = [...plain, ...hex, ...hex.map((digits) => digits.toUpperCase())]
  const base64 = [...new Set(values.flatMap(base64CoresOf))]
  const lengthMin = Math.min(...[...values, ...literal, ...base64].map(({ length }) => length))

  return (text) => {
    // Ids and codes, which most of a log is, are too short to hold any of them.
    if (text.length < lengthMin) return text
    let clean = text
    for (const spelling of odd) clean = clean.replace(spelling, cut)
    for (const spelling of literal) {
      if (clean.includes(spelling)) clean = clean.replaceAll(spelling, cut)
    }
    for (const core of base64) clean = cutBase64(clean, core)
    return clean
  }
}

const untouched = /^[\w.-]+$/

/** A pattern that takes each character of the secret in any of the ways in which encoders write it. */
function everySpelling(secret: string): RegExp {
  // A run of backslashes is one thing that takes all of them, its own and those of the escape after it: were each free
  // to take some, a text of backslashes could be divided up in very many ways, and the search would never end.
  const parts = secret.match(/\\+|[^\\]/gu) ?? []
  return new RegExp(
    parts.map((part, index) => spellingsOf(part, parts[index - 1]?.startsWith('\\'))).join(''),
    'g',
  )
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
}
const htmlNames: Readonly<Record<string, string>> = {
  '&': 'amp',
  '"': 'quot',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
}

function spellingsOf(part: string, isAfterBackslash = false): string {
  if (untouched.test(part)) return RegExp.escape(part)
  const bytes = Array.from(Buffer.from(part), (byte) => byte.toString(16).padStart(2, '0'))
  const percent = bytes.map((hex) => `%(?:25)?${anyCase(hex)}`).join('')
  if (part.startsWith('\\')) return String.raw`(?:\\{${part.length},${part.length * 16}}|${percent})`

  const escape = isAfterBackslash ? '' : String.raw`\\{1,16}`
  const codePoint = part.codePointAt(0) ?? 0
  const units = Array.from({ length: part.length }, (_, at) =>
    part.charCodeAt(at).toString(16).padStart(4, '0'),
  )
  // As it stands comes last: a per cent sign is also the beginning of its own encoding, which would be left behind.
  const ways = [
    percent,
    // The second half of a pair keeps its own backslashes.
    units.map((hex, at) => `${at === 0 ? escape : String.raw`\\{1,16}`}u${anyCase(hex)}`).join(''),
    `&#(?:0{0,8}${codePoint}|[xX]0{0,8}${anyCase(codePoint.toString(16))});`,
  ]
  if (part === ' ') ways.push(String.raw`\+`)
  if (shortEscapes[part]) ways.push(escape + shortEscapes[part])
  if (htmlNames[part]) ways.push(`&${htmlNames[part]};`)
  ways.push(escape === '' ? RegExp.escape(part) : `(?:${escape})?${RegExp.escape(part)}`)
  return `(?:${ways.join('|')})`
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
}

/**
 * The characters that a secret always has inside base64, for each of the three ways it can fall on the groups of
 * three bytes. The characters at its two ends depend on the neighbours and are left out.
 */
function base64CoresOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    const from = shift === 0 ? 0 : shift + 1
    const core = text.slice(from, Math.floor(((shift + bytes.length) * 8) / 6))
    return core.length < secretLengthMin ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** Cuts the whole run of base64 around the core: what is left of it would still be part of the credential. */
function cutBase64(text: string, core: string): string {
  let at = text.indexOf(core)
  if (at === -1) return text
  let clean = ''
  let done = 0
  while (at !== -1) {
    let from = at
    while (from > done && isBase64(text.charCodeAt(from - 1))) from--
    let to = at + core.length
    while (to < text.length && isBase64(text.charCodeAt(to))) to++
    clean += text.slice(done, from) + cut
    done = to
    at = text.indexOf(core, done)
  }
  return clean + text.slice(done)
}

function isBase64(code: number): boolean {
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  const isDigit = code >= 48 && code <= 57
  // + - / = _
  return isLetter || isDigit || code === 43 || code === 45 || code === 47 || code === 61 || code === 95
}
