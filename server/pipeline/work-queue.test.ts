import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWorkQueue } from './work-queue.ts'
import type { WorkItem } from './work-queue.ts'

function item(number: number, turn = 'a', partition = 1): WorkItem {
  return { id: `i${number}`, number, partition, turn }
}

function queueOver(
  stored: WorkItem[],
  over: { failFirst?: boolean; givesWay?: (turn: string, worked: number[][]) => boolean } = {},
) {
  const worked: number[][] = []
  const done = new Set<string>()
  let failNext = over.failFirst ?? false
  let loads = 0
  const queue = createWorkQueue<WorkItem>({
    load: (partitions, after, limit) => {
      loads++
      return Promise.resolve(
        stored
          .filter((each) => partitions.includes(each.partition) && each.number > after && !done.has(each.id))
          .slice(0, limit),
      )
    },
    work: (batch) => {
      if (failNext) {
        failNext = false
        return Promise.reject(new Error('The database is away.'))
      }
      worked.push(batch.map(({ number }) => number))
      for (const { id } of batch) done.add(id)
      return Promise.resolve(() => Promise.resolve())
    },
    givesWay: (turn) => over.givesWay?.(turn, worked) ?? false,
    onError: () => undefined,
  })
  return { queue, worked, loads: () => loads }
}

describe('the queue of unfinished work', () => {
  afterEach(() => void vi.useRealTimers())

  it('goes on a moment after the database is back, however long it was away', async () => {
    vi.useFakeTimers()
    const worked: number[] = []
    let isAway = true
    const queue = createWorkQueue<WorkItem>({
      load: () => Promise.resolve([]),
      work: (batch) => {
        if (isAway) return Promise.reject(new Error('The database is away.'))
        worked.push(...batch.map(({ number }) => number))
        return Promise.resolve(() => Promise.resolve())
      },
      givesWay: () => true,
      onError: () => undefined,
    })
    queue.take(1)
    await vi.advanceTimersByTimeAsync(10)
    queue.add(Array.from({ length: 16 }, (_, at) => item(at + 1)))
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    isAway = false
    await vi.advanceTimersByTimeAsync(3_000)
    expect(worked).toHaveLength(16)
  })

  it('works through what arrives while it looks into an empty database', async () => {
    const stored: WorkItem[] = []
    const worked: number[] = []
    let answer: (() => void) | undefined
    const queue = createWorkQueue<WorkItem>({
      load: () => {
        const found = stored.filter(({ number }) => !worked.includes(number))
        return answer ? Promise.resolve(found) : new Promise((resolve) => (answer = () => resolve(found)))
      },
      work: (batch) => {
        worked.push(...batch.map(({ number }) => number))
        return Promise.resolve(() => Promise.resolve())
      },
      onError: () => undefined,
    })
    queue.take(1)
    await expect.poll(() => answer).toBeDefined()
    stored.push(item(1))
    queue.add([item(1)])
    answer?.()
    await expect.poll(() => worked).toEqual([1])
  })

  it('begins with what the database holds, before anything that arrives meanwhile', async () => {
    const { queue, worked } = queueOver([item(1), item(2)])
    queue.take(1)
    queue.add([item(3)])
    await queue.idle()
    queue.add([item(4)])
    await queue.idle()
    expect(worked.flat()).toEqual([1, 2, 4])
  })

  it('keeps the order within a turn, whatever order it is told in', async () => {
    const { queue, worked } = queueOver([])
    queue.take(1)
    await queue.idle()
    queue.add([item(3), item(1), item(2)])
    await queue.idle()
    expect(worked.flat()).toEqual([1, 2, 3])
  })

  it('lets a flood from one connection starve nobody', async () => {
    const { queue, worked } = queueOver([])
    queue.take(1)
    await queue.idle()
    queue.add([...Array.from({ length: 500 }, (_, at) => item(at + 1, 'flood')), item(900, 'other')])
    await queue.idle()
    expect(worked[0]).toContain(900)
    expect(worked.flat()).toHaveLength(501)
  })

  it('works little at a time while something is more urgent, and everything at once when that is over', async () => {
    const { queue, worked } = queueOver([], { givesWay: (_turn, batches) => batches.length < 3 })
    queue.take(1)
    await queue.idle()
    queue.add(Array.from({ length: 80 }, (_, at) => item(at + 1)))
    await queue.idle()
    expect(worked.map(({ length }) => length)).toEqual([8, 8, 8, 56])
  })

  it('goes on although something else stays more urgent for ever', async () => {
    const { queue, worked } = queueOver([], { givesWay: () => true })
    queue.take(1)
    await queue.idle()
    queue.add(Array.from({ length: 20 }, (_, at) => item(at + 1)))
    await queue.idle()
    expect(worked.flat()).toHaveLength(20)
  })

  it('works as always for those who do not give way', async () => {
    const { queue, worked } = queueOver([], { givesWay: (turn) => turn === 'crowd' })
    queue.take(1)
    await queue.idle()
    const many = (first: number, turn: string) =>
      Array.from({ length: 40 }, (_, at) => item(first + at, turn))
    queue.add([...many(100, 'crowd'), ...many(200, 'other')])
    await queue.idle()
    const ofCrowd = worked.map((batch) => batch.filter((number) => number < 200).length)
    const ofOther = worked.map((batch) => batch.filter((number) => number >= 200).length)
    expect(ofCrowd).toEqual([8, 8, 8, 8, 8])
    expect(ofOther).toEqual([40, 0, 0, 0, 0])
  })

  it('has room for those with little to do when a flood from somebody else has filled it', async () => {
    const { queue, worked } = queueOver([])
    queue.take(1)
    queue.take(2)
    await queue.idle()
    // Neither is in the database, as this queue sees it: what it does not take now would never be worked.
    queue.add([...Array.from({ length: 31_000 }, (_, at) => item(at + 1, 'flood')), item(40_000, 'other', 2)])
    await queue.idle()
    expect(worked[0]).toContain(40_000)
    expect(worked.flat()).toHaveLength(30_001)
  })

  it('takes an item once although it is told of it twice', async () => {
    const { queue, worked } = queueOver([])
    queue.take(1)
    await queue.idle()
    queue.add([item(1), item(1)])
    await queue.idle()
    expect(worked.flat()).toEqual([1])
  })

  it('tries a batch again that failed', async () => {
    const { queue, worked } = queueOver([], { failFirst: true })
    queue.take(1)
    await queue.idle()
    queue.add([item(1)])
    await queue.idle()
    expect(worked).toEqual([[1]])
  })

  it('leaves partitions alone that it does not hold', async () => {
    const { queue, worked } = queueOver([item(1)])
    queue.add([item(2, 'a', 9)])
    await queue.idle()
    queue.take(1)
    await queue.drop(1)
    queue.add([item(3)])
    await queue.idle()
    expect(worked.flat()).toEqual([])
  })

  it('finds in a sweep what it was never told of', async () => {
    const stored: WorkItem[] = []
    const { queue, worked } = queueOver(stored)
    queue.take(1)
    await queue.idle()
    stored.push(item(7))
    queue.sweep()
    await queue.idle()
    expect(worked.flat()).toEqual([7])
  })

  it('reads no backlog again that it has before it', async () => {
    const { queue, worked, loads } = queueOver([])
    queue.take(1)
    await queue.idle()
    const before = loads()
    queue.add(Array.from({ length: 200 }, (_, at) => item(at + 1)))
    queue.sweep()
    await queue.idle()
    expect(worked.flat()).toHaveLength(200)
    expect(loads()).toBe(before)
  })

  it('holds a bounded part in memory and comes back for the rest, in order', async () => {
    const stored = Array.from({ length: 45_000 }, (_, at) => item(at + 1))
    const { queue, worked } = queueOver(stored)
    queue.take(1)
    await queue.idle()
    expect(worked.flat()).toEqual(stored.map(({ number }) => number))
  })

  it('begins the next batch beside the rest of the one before, and keeps the rests in order', async () => {
    const { queue, said, endRest } = queueWithRests()
    queue.take(1)
    await queue.idle()
    queue.add([item(1)])
    await expect.poll(() => said).toEqual(['work 1', 'rest 1'])
    queue.add([item(2)])
    await expect.poll(() => said).toEqual(['work 1', 'rest 1', 'work 2'])
    queue.add([item(3)])
    expect(queue.size()).toBe(3)
    endRest()
    await expect.poll(() => said.slice(3)).toEqual(['rest 2', 'work 3'])
    endRest()
    await expect.poll(() => said.at(-1)).toBe('rest 3')
    endRest()
    await queue.idle()
    expect(queue.size()).toBe(0)
  })

  it('tries a rest again that failed, before that of the next batch', async () => {
    const { queue, said, endRest } = queueWithRests()
    queue.take(1)
    await queue.idle()
    queue.add([item(1)])
    await expect.poll(() => said).toContain('rest 1')
    queue.add([item(2)])
    await expect.poll(() => said).toContain('work 2')
    endRest(new Error('The database is away.'))
    await expect.poll(() => said).toEqual(['work 1', 'rest 1', 'work 2', 'rest 1'])
    endRest()
    await expect.poll(() => said.at(-1)).toBe('rest 2')
    endRest()
    await queue.idle()
  })

  it('gives a partition away only when the rests of its work are done', async () => {
    const { queue, said, endRest } = queueWithRests()
    queue.take(1)
    await queue.idle()
    queue.add([item(1)])
    await expect.poll(() => said).toContain('rest 1')
    let dropped = false
    const dropping = queue.drop(1).then(() => (dropped = true))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(dropped).toBe(false)
    endRest()
    await dropping
  })
})

/** A queue whose rests last until they are told to end. */
function queueWithRests() {
  const said: string[] = []
  let endRest: (err?: Error) => void = () => undefined
  const queue = createWorkQueue<WorkItem>({
    load: () => Promise.resolve([]),
    work: (batch) => {
      const names = batch.map(({ number }) => number).join()
      said.push(`work ${names}`)
      return Promise.resolve(() => {
        said.push(`rest ${names}`)
        return new Promise((resolve, reject) => {
          endRest = (err) => (err ? reject(err) : resolve())
        })
      })
    },
    onError: () => undefined,
  })
  return { queue, said, endRest: (err?: Error) => endRest(err) }
}
