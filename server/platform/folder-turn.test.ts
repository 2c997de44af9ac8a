import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { takeFolderTurn } from './folder-turn.ts'

let dir: string
let tookOver: string[]
const note = (predecessor: string): Promise<void> => {
  tookOver.push(predecessor)
  return Promise.resolve()
}

beforeEach(() => {
  dir = makeDataDir()
  tookOver = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('tells whoever starts in a data folder who had it before', async () => {
  const first = await takeFolderTurn(dir, 'a', note)
  expect(tookOver).toEqual([])
  first.release()
  const second = await takeFolderTurn(dir, 'b', note)
  second.release()
  const third = await takeFolderTurn(dir, 'c', note)
  third.release()
  expect(tookOver).toEqual(['a', 'b'])
})

it('takes nothing over from a process that still has the folder', async () => {
  const first = await takeFolderTurn(dir, 'a', note)
  const beside = await takeFolderTurn(dir, 'b', note)
  beside.release()
  expect(tookOver).toEqual([])

  first.release()
  const later = await takeFolderTurn(dir, 'c', note)
  later.release()
  expect(tookOver).toEqual(['a'])
})

it('tells the next one, too, where taking over did not succeed', async () => {
  const first = await takeFolderTurn(dir, 'a', note)
  first.release()
  const failing = takeFolderTurn(dir, 'b', () => Promise.reject(new Error('The database is away.')))
  await expect(failing).rejects.toThrow('The database is away.')

  const next = await takeFolderTurn(dir, 'c', note)
  next.release()
  expect(tookOver).toEqual(['a'])
})

it('does without where the folder cannot be written to', async () => {
  const turn = await takeFolderTurn('/dev/null/none', 'a', note)
  turn.release()
  expect(tookOver).toEqual([])
})
