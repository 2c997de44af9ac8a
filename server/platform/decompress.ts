import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'

/** What the hub says it can read. */
export const acceptedEncodings = 'gzip, deflate, br'

/** What came out; `whole` is false where that was more than allowed and reading stopped. */
export interface Decompressed {
  bytes: Buffer
  whole: boolean
}

/** Any sender of Zstandard over HTTP gets by with a window of 8 MB (RFC 9659); a few bytes could ask for 128. */
const zstdOptions = { params: { [constants.ZSTD_d_windowLogMax]: 23 } }

const decoders = new Map<string, (body: Buffer) => Transform>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress(zstdOptions)],
  ['deflate', (body) => (hasZlibHeader(body) ? createInflate() : createInflateRaw())],
])

/**
 * Undoes `content-encoding`, layer by layer, and stops at the first from which more than `bytesMax` come: a small body
 * may unfold into gigabytes. An unknown encoding or a broken body throws.
 */
export async function decompress(
  body: Buffer,
  encoding: string | undefined,
  bytesMax: number,
): Promise<Decompressed> {
  const encodings = (body.length === 0 ? '' : (encoding ?? ''))
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  // Two layers are legal and never seen; more are an attack on the reader.
  if (encodings.length > 2) throw new Error(`The body is compressed ${encodings.length} times over.`)

  let plain: Decompressed = { bytes: body, whole: true }
  for (const name of encodings.toReversed()) {
    const decoderFor = decoders.get(name)
    if (!decoderFor) throw new Error(`The body is compressed as "${name}", which the hub cannot read.`)
    plain = await pass(plain.bytes, decoderFor(plain.bytes), bytesMax)
    if (!plain.whole) return plain
  }
  return plain
}

async function pass(body: Buffer, decoder: Transform, bytesMax: number): Promise<Decompressed> {
  const chunks: Buffer[] = []
  let size = 0
  decoder.end(body)
  // Leaving the loop ends the decoder, however much it has still to say.
  for await (const chunk of decoder) {
    const bytes: Buffer = chunk
    chunks.push(bytes)
    size += bytes.length
    if (size > bytesMax) return { bytes: Buffer.concat(chunks), whole: false }
  }
  return { bytes: Buffer.concat(chunks), whole: true }
}

/** Senders disagree on what "deflate" means: with the zlib header (the standard) or without it. */
function hasZlibHeader(body: Buffer): boolean {
  return body.length >= 2 && (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0
}
