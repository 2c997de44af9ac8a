import type { IncomingMessage } from 'node:http'
import { decompress } from '../platform/decompress.ts'

/** The body of a request; `whole` is false where it was larger than allowed and only its beginning was kept. */
export interface ReadBody {
  bytes: Buffer
  whole: boolean
}

/** How much of a body that is too large is kept for the person who looks at it. */
const BEGINNING = 2_048

/**
 * Reads a request's body, decompressed, up to `bytesMax` of what comes out: a small request that unpacks to gigabytes
 * is cut off like any other. A body that is not what its Content-Encoding says is handed over as it came.
 * Rejects only when the sender breaks off.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  const raw = await collect(request, bytesMax)
  if (!raw.whole) return beginningOf(raw)
  const encoding = request.headers['content-encoding']
  // Broken compression: the bytes as they came are still evidence, and the signature may cover exactly them.
  return beginningOf(await decompress(raw.bytes, encoding, bytesMax).catch(() => raw))
}

function beginningOf({ bytes, whole }: ReadBody): ReadBody {
  return { bytes: whole ? bytes : bytes.subarray(0, BEGINNING), whole }
}

function collect(request: IncomingMessage, bytesMax: number): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let done = false
    request.on('data', (chunk: Buffer) => {
      if (done) return
      chunks.push(chunk)
      size += chunk.length
      if (size <= bytesMax) return
      done = true
      // The rest is let through and thrown away, so that the sender can still read the answer.
      resolve({ bytes: Buffer.concat(chunks), whole: false })
      request.resume()
    })
    request.on('end', () => {
      done = true
      resolve({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), whole: true })
    })
    request.on('error', reject)
    request.on('close', () => {
      if (!done) reject(new Error('The sender broke off before the request was complete.'))
    })
  })
}
