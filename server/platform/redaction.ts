/** What stands where a secret stood. */
export const cut = '•••'

/** Shorter values are not looked for inside other text: they would cut half of it and protect nothing. */
const secretLengthMin = 4

/** Takes every secret out of a text, however it is spelled there. */
export type Redactor = (text: string) => string

/**
 * Makes a redactor for these values. It finds each as it stands, percent-encoded, form-encoded, escaped as in JSON,
 * in hexadecimal, and inside any base64 (`user:secret` of basic authentication included).
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const values = [...new Set(secrets)].filter((secret) => secret.length >= secretLengthMin)
  if (values.length === 0) return (text) => text
  // Longest first, so that a secret which contains another one does not leave its ends behind.
  const spellings = [...new Set(values.flatMap(spellingsOf))].toSorted((a, b) => b.length - a.length)
  const base64 = [...new Set(values.flatMap(base64CoresOf))]

  return (text) => {
    let clean = text
    for (const spelling of spellings) {
      if (clean.includes(spelling)) clean = clean.replaceAll(spelling, cut)
    }
    for (const core of base64) clean = cutBase64(clean, core)
    return clean
  }
}

function spellingsOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString('hex')
  const everywhere = [secret, hex, hex.toUpperCase()]
  // Most keys are of letters and digits, which no encoding touches; a redactor is made for every attempt.
  if (/^[\w.-]+$/.test(secret)) return everywhere

  const percent = encodeURIComponent(secret)
  return [
    ...everywhere,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ]
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
