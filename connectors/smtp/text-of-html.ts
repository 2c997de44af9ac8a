/** Ends a line when it begins or ends. */
const blocks = new Set(
  'address article blockquote body div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
)
/** Stands off from what comes before and after it. */
const paragraphs = new Set('blockquote h1 h2 h3 h4 h5 h6 ol p table ul'.split(' '))
/** What is in these is no HTML, whatever it looks like. */
const raw = new Set(['script', 'style', 'title'])
/** What is in these is not read. */
const silent = new Set(['head', ...raw])

/**
 * A mail's HTML as plain text: lines where HTML has blocks, links with their address behind them, nothing of what is
 * not seen. One pass over the text, whatever it is.
 */
export function textOfHtml(html: string): string {
  const text: string[] = []
  /** Line ends that are due before the next word. */
  let due = 0
  let silence: string | undefined
  const links: string[] = []
  const add = (words: string) => {
    const line = due > 0 || text.length === 0 ? words.trimStart() : words
    if (line === '') return
    if (due > 0 && text.length > 0) text.push(`${text.pop()?.trimEnd() ?? ''}${'\n'.repeat(due)}`)
    text.push(line)
    due = 0
  }
  for (const { tag, isEnd, attributes, following } of tagsOf(html)) {
    if (silence === 'head' && blocks.has(tag)) {
      // Its end tag may be left out.
      silence = undefined
    } else if (silence !== undefined) {
      if (!isEnd || tag !== silence) continue
      silence = undefined
    } else if (silent.has(tag) && !isEnd) {
      silence = tag
      continue
    }
    if (tag === 'br') due++
    else if (blocks.has(tag)) due = Math.max(due, paragraphs.has(tag) ? 2 : 1)
    if (tag === 'li' && !isEnd) add('- ')
    if (tag === 'td' && isEnd) add(' ')
    if (tag === 'a' && !isEnd)
      links.push(decoded(/\bhref\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1] ?? ''))
    if (tag === 'a' && isEnd) add(shownLink(links.pop(), text.at(-1) ?? ''))
    add(decoded(following.replaceAll(/\s+/g, ' ')))
  }
  return text.join('').replaceAll(/ {2,}/g, ' ').trim()
}

interface Tag {
  tag: string
  isEnd: boolean
  attributes: string
  following: string
}

/** Each tag with the text after it; the text before the first belongs to no tag. */
function* tagsOf(html: string): Generator<Tag> {
  let at = 0
  // Before anything else it is a sign of the text.
  const opening = /<(?=[a-z/!?])/gi
  let open: Omit<Tag, 'following'> = { tag: '', isEnd: false, attributes: '' }
  while (at <= html.length) {
    opening.lastIndex = at
    const next = opening.exec(html)?.index ?? -1
    yield { ...open, following: next === -1 ? html.slice(at) : html.slice(at, next) }
    if (next === -1) return
    const isComment = html.startsWith('<!--', next)
    const end = isComment ? html.indexOf('-->', next) : endOfTag(html, next)
    if (end === -1) return
    const inner = isComment ? '' : html.slice(next + 1, end)
    const [, slash, name = '', attributes = ''] = /^(\/?)([a-z][a-z0-9]*)?([^]*)$/i.exec(inner) ?? []
    open = { tag: name.toLowerCase(), isEnd: slash === '/', attributes }
    at = end + (isComment ? 3 : 1)
    if (raw.has(open.tag) && !open.isEnd) {
      const close = new RegExp(`</${open.tag}`, 'gi')
      close.lastIndex = at
      at = close.exec(html)?.index ?? html.length
    }
  }
}

/** Where a tag ends: at the first `>` that is in no quoted value. A quote that is never closed is none. */
function endOfTag(html: string, from: number): number {
  const sign = /=\s*(["'])|>/g
  sign.lastIndex = from
  for (let found = sign.exec(html); found; found = sign.exec(html)) {
    const [, quote] = found
    if (quote === undefined) return found.index
    const close = html.indexOf(quote, sign.lastIndex)
    if (close !== -1) sign.lastIndex = close + 1
  }
  return -1
}

/** A link whose text is its address is not said twice. */
function shownLink(href: string | undefined, before: string): string {
  return !href || before.endsWith(href) || !/^(?:https?|mailto):/i.test(href) ? '' : ` (${href})`
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  euro: '€',
  copy: '©',
  szlig: 'ß',
}
/** Named letters are a letter and its accent. */
const accents: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030a',
  cedil: '\u0327',
}

function accented(name: string): string | undefined {
  const accent = accents[name.slice(1).toLowerCase()]
  return accent === undefined ? undefined : `${name[0]}${accent}`.normalize('NFC')
}

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? accented(name) ?? all
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : all
    },
  )
}
