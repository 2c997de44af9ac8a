import { parseInline } from './parse-inline.ts'
import type { Inline } from './parse-inline.ts'

/** A part of a text, one under the other. */
export type Block =
  | { kind: 'heading'; level: number; text: Inline[] }
  | { kind: 'paragraph'; text: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; start: number | undefined; items: Block[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }

const bullet = /^(\s*)(?:[-*+]|(\d{1,4})[.)])\s+(.*)$/
const heading = /^(#{1,6})\s+(.*?)\s*#*$/
const fence = /^\s*(`{3,})/

/**
 * Reads what the guides of connectors are written in: headings, paragraphs, lists in lists, tables and code. Markup that
 * is not understood stays text, HTML included; nothing of it ever becomes an element by itself.
 */
export function parseMarkdown(source: string): Block[] {
  return parseLines(source.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n'))
}

function parseLines(lines: readonly string[]): Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? ''
    const read = line.trim() === '' ? { end: at + 1 } : readBlock(lines, at)
    if ('block' in read) blocks.push(read.block)
    at = read.end
  }
  return blocks
}

interface Read {
  block: Block
  /** The line after it. */
  end: number
}

function readBlock(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? ''
  if (fence.test(line)) return readCode(lines, at)
  const title = heading.exec(line)
  if (title) {
    const block: Block = { kind: 'heading', level: title[1]?.length ?? 1, text: parseInline(title[2] ?? '') }
    return { block, end: at + 1 }
  }
  if (bullet.test(line)) return readList(lines, at)
  if (line.trim().startsWith('|')) return readTable(lines, at)
  return readParagraph(lines, at)
}

function readCode(lines: readonly string[], at: number): Read {
  const marks = fence.exec(lines[at] ?? '')?.[1] ?? '```'
  const indent = indentOf(lines[at] ?? '')
  const text: string[] = []
  let end = at + 1
  for (; end < lines.length && lines[end]?.trim() !== marks; end++) text.push(lines[end]?.slice(indent) ?? '')
  return { block: { kind: 'code', text: text.join('\n') }, end: end + 1 }
}

/** An item goes on as long as lines are further in than its mark, or follow without an empty line between. */
function readList(lines: readonly string[], at: number): Read {
  const first = bullet.exec(lines[at] ?? '')
  const indent = first?.[1]?.length ?? 0
  const isOrdered = first?.[2] !== undefined
  const items: string[][] = []
  let end = at
  for (; end < lines.length; end++) {
    const line = lines[end] ?? ''
    const mark = bullet.exec(line)
    if (mark && mark[1]?.length === indent) {
      if ((mark[2] !== undefined) !== isOrdered) break
      items.push([mark[3] ?? ''])
    } else if (line.trim() === '') {
      if (!goesOn(lines, end, indent)) break
      items.at(-1)?.push('')
    } else if (indentOf(line) > indent || lines[end - 1]?.trim() !== '') {
      items.at(-1)?.push(line)
    } else break
  }
  const start = isOrdered ? Number(first?.[2]) : undefined
  return { block: { kind: 'list', start, items: items.map((item) => parseLines(outdented(item))) }, end }
}

/** Whether the list goes on after the empty line at `at`. */
function goesOn(lines: readonly string[], at: number, indent: number): boolean {
  const next = lines.slice(at).find((line) => line.trim() !== '')
  if (next === undefined) return false
  return indentOf(next) > indent || (bullet.test(next) && indentOf(next) === indent)
}

/** The lines after the first stand as far in as the mark was wide. */
function outdented([first = '', ...rest]: readonly string[]): string[] {
  const indent = Math.min(...rest.filter((line) => line.trim() !== '').map(indentOf))
  return [first, ...rest.map((line) => line.slice(Number.isFinite(indent) ? indent : 0))]
}

function readTable(lines: readonly string[], at: number): Read {
  let end = at
  const rows: Inline[][][] = []
  for (; lines[end]?.trim().startsWith('|'); end++) {
    const cells = (lines[end] ?? '')
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|')
    if (!cells.every((cell) => /^\s*:?-+:?\s*$/.test(cell)))
      rows.push(cells.map((cell) => parseInline(cell.trim())))
  }
  const [head = [], ...body] = rows
  return { block: { kind: 'table', head, rows: body }, end }
}

function readParagraph(lines: readonly string[], at: number): Read {
  let end = at + 1
  const isOver = (line: string) =>
    line.trim() === '' || fence.test(line) || heading.test(line) || bullet.test(line)
  while (end < lines.length && !isOver(lines[end] ?? '')) end++
  const text = lines
    .slice(at, end)
    .map((line) => line.trim())
    .join(' ')
  return { block: { kind: 'paragraph', text: parseInline(text) }, end }
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
