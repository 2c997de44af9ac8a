/** A message as a mail program shows it. */
export interface ReadMail {
  /** Lower-case names, values unfolded and decoded. */
  headers: Record<string, string>
  text: string | undefined
  html: string | undefined
}

/** Reads a message with a text, an HTML part or both. Enough for what the hub sends; no more. */
export function readMail(raw: string): ReadMail {
  const { headers, body } = partOf(raw)
  const boundary = /boundary="?([^";]+)/i.exec(headers['content-type'] ?? '')?.[1]
  const parts =
    boundary === undefined
      ? [raw]
      : body
          .split(`--${boundary}`)
          .slice(1, -1)
          .map((part) => part.replace(/^\r?\n/, ''))
  const read = parts.map(partOf)
  const ofType = (type: string) => {
    const part = read.find((each) => (each.headers['content-type'] ?? 'text/plain').startsWith(type))
    return part && decodedBody(part)
  }
  return { headers, text: ofType('text/plain'), html: ofType('text/html') }
}

interface Part {
  headers: Record<string, string>
  body: string
}

function partOf(raw: string): Part {
  const end = /\r?\n\r?\n/.exec(raw)
  const head = end ? raw.slice(0, end.index) : raw
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon < 1 ? [] : [[line.slice(0, colon).toLowerCase(), decodedWords(line.slice(colon + 1).trim())]]
  })
  return { headers: Object.fromEntries(headers), body: end ? raw.slice(end.index + end[0].length) : '' }
}

function decodedBody({ headers, body }: Part): string {
  const encoding = headers['content-transfer-encoding']?.toLowerCase()
  const whole = body.replace(/\r?\n$/, '')
  if (encoding === 'base64') return Buffer.from(whole, 'base64').toString()
  return encoding === 'quoted-printable' ? quotedPrintable(whole.replaceAll(/=\r?\n/g, '')) : whole
}

/** RFC 2047; blanks between two encoded words belong to neither. */
function decodedWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_all, encoding: string, word: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : quotedPrintable(word.replaceAll('_', ' ')),
    )
}

function quotedPrintable(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString()
}
