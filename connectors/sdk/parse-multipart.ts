import { decodeText } from './decode-text.ts'
import { placePairs } from './parse-form.ts'
import { UnreadablePayload } from './unreadable-payload.ts'

/** The text fields of a multipart form, brackets and all. A file is named, not kept: `{ file name (size bytes) }`. */
export function parseMultipart(body: Buffer, contentType: string): Record<string, unknown> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (!mark) throw new UnreadablePayload('multipart_without_boundary')

  const pairs: [string, string][] = []
  for (const part of partsOf(body, Buffer.from(`--${mark}`))) {
    const end = part.indexOf('\r\n\r\n')
    if (end < 0) continue
    const head = decodeText(part.subarray(0, end), 'utf-8')
    const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1]
    if (name === undefined) continue
    const content = part.subarray(end + 4)
    const file = /filename="([^"]*)"/i.exec(head)?.[1]
    pairs.push([
      name,
      file === undefined ? decodeText(content, 'utf-8') : `${file} (${content.length} bytes)`,
    ])
  }
  return placePairs(pairs)
}

function* partsOf(body: Buffer, mark: Buffer): Generator<Buffer> {
  let start = body.indexOf(mark)
  while (start >= 0) {
    const next = body.indexOf(mark, start + mark.length)
    if (next < 0) break
    // Between two marks: the line break after the first and the one before the second do not belong to the part.
    yield body.subarray(start + mark.length + 2, next - 2)
    start = next
  }
}
