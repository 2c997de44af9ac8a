import { describe, expect, it } from 'vitest'
import { rowChanges } from './row-changes.ts'

const rowsOf = (contents: readonly string[], from = 2) =>
  contents.map((print, at) => ({ row: from + at, print }))

/** What is told of a change, such as `added d@4`. */
const told = (before: string, now: string, isWhole = true) =>
  rowChanges(before.split(''), rowsOf(now.split('')), isWhole).map(
    ({ change, row }) => `${change} ${row.print}@${row.row}`,
  )

describe('what happened to the rows of a sheet', () => {
  it.each([
    ['nothing', 'abc', 'abc', []],
    ['a row below', 'abc', 'abcd', ['added d@5']],
    ['the first row of all', '', 'a', ['added a@2']],
    ['a row in the middle', 'abc', 'axbc', ['added x@3']],
    ['a row on top', 'abc', 'xabc', ['added x@2']],
    ['a deleted row', 'abc', 'ac', []],
    ['every row deleted', 'abc', '', []],
    ['a deleted row and a new one below', 'abcd', 'acde', ['added e@5']],
    ['an edited row', 'abc', 'aBc', ['updated B@3']],
    ['an edited last row and a new one', 'abc', 'abCd', ['updated C@4', 'added d@5']],
    [
      'every row edited and a new one',
      'abc',
      'ABCd',
      ['updated A@2', 'updated B@3', 'updated C@4', 'added d@5'],
    ],
    ['a sorted sheet', 'abcd', 'dcba', []],
    ['a sorted sheet and a new row', 'abcd', 'dcbae', ['added e@6']],
    ['a row moved to the top', 'abcd', 'dabc', []],
    ['a row with the same content again', 'ab', 'aba', ['added a@4']],
    ['one of two equal rows deleted, and a new one', 'aba', 'bac', ['added c@4']],
  ])('%s', (_what, before, now, expected) => {
    expect(told(before, now)).toEqual(expected)
  })

  it('counts as new only what is below the last known row, where the top of the sheet is not watched', () => {
    expect(told('cd', 'bcd', false)).toEqual([])
    expect(told('cd', 'bcde', false)).toEqual(['added e@5'])
    expect(told('cd', 'cDe', false)).toEqual(['updated D@3', 'added e@4'])
  })

  it('says nothing of a long sheet that was sorted beyond recognition, instead of calling every row new', () => {
    expect(told('cd', 'xyz', false)).toEqual([])
  })

  it('overlooks no new row below, whatever was deleted, sorted or moved meanwhile', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let round = 0; round < 300; round += 1) {
      const before = Array.from({ length: 1 + random(30) }, (_, at) => `row ${at}`)
      const kept = before.filter(() => random(5) > 0).toSorted(() => random(3) - 1)
      const news = Array.from({ length: random(4) }, (_, at) => `new ${round} ${at}`)
      const changes = rowChanges(before, rowsOf([...kept, ...news]), true)
      const found = changes.map(({ row }) => row.print)
      expect(found).toEqual(news)
    }
  })
})
