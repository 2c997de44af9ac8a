/** A part of a line. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis'; children: Inline[] }
  | { kind: 'link'; to: string; children: Inline[] }

const marks = [
  { kind: 'code', pattern: /`([^`]+)`/ },
  { kind: 'strong', pattern: /\*\*(?=\S)(.+?)(?<=\S)\*\*/ },
  { kind: 'emphasis', pattern: /(?<![\p{L}\p{N}_])_(?=[^\s_])(.+?)(?<=\S)_(?![\p{L}\p{N}_])/u },
  { kind: 'emphasis', pattern: /(?<!\*)\*(?=[^\s*])([^*]+?)(?<=\S)\*(?!\*)/ },
  { kind: 'link', pattern: /\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/ },
  { kind: 'address', pattern: /<(https?:\/\/[^\s>]+)>/ },
] as const

/** Reads emphasis, code and links to the web. What else looks like a mark is text. */
export function parseInline(source: string): Inline[] {
  const [next] = marks
    .map(({ kind, pattern }) => ({ kind, found: pattern.exec(source) }))
    .filter(({ found }) => found !== null)
    .toSorted((left, right) => (left.found?.index ?? 0) - (right.found?.index ?? 0))
  if (!next?.found)
    return source === '' ? [] : [{ kind: 'text', text: source.replace(/\\([\\`*_|[\]])/g, '$1') }]

  const { kind, found } = next
  const [whole, inner = '', to = ''] = found
  return [
    ...parseInline(source.slice(0, found.index)),
    inlineOf(kind, inner, to),
    ...parseInline(source.slice(found.index + whole.length)),
  ]
}

function inlineOf(kind: (typeof marks)[number]['kind'], inner: string, to: string): Inline {
  if (kind === 'code') return { kind, text: inner }
  if (kind === 'link') return { kind, to, children: parseInline(inner) }
  if (kind === 'address') return { kind: 'link', to: inner, children: [{ kind: 'text', text: inner }] }
  return { kind, children: parseInline(inner) }
}
