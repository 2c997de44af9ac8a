import type { FormulaErrorCode } from '../../mappings/formula.ts'

/** One piece of work for the child: some expressions over one input, or an expression to be read only. */
export type FormulaJob =
  | { id: number; at: readonly number[]; expressions: readonly string[]; now: number; input: unknown }
  | { id: number; check: string }

/** The answer to one expression of one job: `[id, position in the job, value or error]`. */
export type FormulaAnswer = [id: number, at: number, result: { v?: unknown } | FormulaFailure]

/** Code, message and, where known, the position in the expression. */
export interface FormulaFailure {
  code: FormulaErrorCode
  message: string
  position?: number
}

/** Frames: the length of what follows in four bytes, then that many bytes of JSON in UTF-8. */
export function encodeFrame(json: string): Buffer {
  const length = Buffer.byteLength(json)
  const frame = Buffer.allocUnsafe(4 + length)
  frame.writeUInt32LE(length)
  frame.write(json, 4)
  return frame
}

/**
 * Cuts a stream into frames, whatever the pieces in which it arrives.
 * Throws when a frame claims to be larger than `bytesMax`: the other side is not to be trusted any more.
 */
export function frameReader(bytesMax: number, onFrame: (json: string) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = []
  let held = 0
  let needed = 4

  return (chunk) => {
    pieces.push(chunk)
    held += chunk.length
    while (held >= needed) {
      const all = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
      needed = 4 + all.readUInt32LE()
      if (needed > bytesMax + 4)
        throw new Error(`A frame of ${needed} bytes is over the limit of ${bytesMax}.`)
      const isWhole = held >= needed
      const rest = isWhole ? all.subarray(needed) : all
      pieces = rest.length > 0 ? [rest] : []
      held = rest.length
      if (!isWhole) return
      onFrame(all.toString('utf8', 4, needed))
      needed = 4
    }
  }
}
