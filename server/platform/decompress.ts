import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'
import { promisify } from 'node:util'
import { AnswerTooLarge } from './transport.ts'

/** What the hub says it can read. */
export const acceptedEncodings = 'gzip, deflate, br'

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress),
  zstd: promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress),
  deflate: inflateEither,
}

/**
 * Undoes `content-encoding`, bounded: a small body that unfolds into more than `bytesMax` throws `AnswerTooLarge`
 * before it does. An unknown encoding or a broken body throws.
 */
export async function decompress(
  body: Buffer,
  encoding: string | undefined,
  bytesMax: number,
): Promise<Buffer> {
  if (body.length === 0 || encoding === undefined) return body
  const encodings = encoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  // Two layers are legal and never seen; more are an attack on the reader.
  if (encodings.length > 2) throw new Error(`The answer is compressed ${encodings.length} times over.`)

  let plain = body
  for (const name of encodings.toReversed()) {
    const decode = decoders[name]
    if (!decode) throw new Error(`The answer is compressed as "${name}", which the hub cannot read.`)
    plain = await decode(plain, { maxOutputLength: bytesMax }).catch((error: unknown) => {
      throw isTooLarge(error) ? new AnswerTooLarge(bytesMax) : error
    })
  }
  return plain
}

/** Servers disagree on what "deflate" means: with the zlib header (the standard) or without it. */
async function inflateEither(body: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
  const hasHeader = ((body[0] ?? 0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0
  return promisify<Buffer, { maxOutputLength: number }, Buffer>(hasHeader ? inflate : inflateRaw)(
    body,
    options,
  )
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}
