import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrame, frameReader } from './formula-frames.ts'

describe('frames between the server and its formulas', () => {
  it('arrive whole and in order, in whatever pieces the pipe delivers them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat({ max: 40 })), (texts, cuts) => {
        const stream = Buffer.concat(texts.map(encodeFrame))
        const read: string[] = []
        const take = frameReader(10_000, (json) => read.push(json))
        let at = 0
        for (const cut of cuts) {
          take(stream.subarray(at, at + cut))
          at += cut
        }
        take(stream.subarray(at))
        expect(read).toEqual(texts)
      }),
    )
  })

  it('are refused before they are held when they claim to be too large', () => {
    const take = frameReader(10, () => {})
    const claim = Buffer.alloc(4)
    claim.writeUInt32LE(11)
    expect(() => take(claim)).toThrow('over the limit of 10')
  })
})
