import { describe, expect, it } from 'vitest'
import { createWorkQueue } from './work-queue.ts'
import type { WorkItem } from './work-queue.ts'

function item(number: number, turn = 'a', partition = 1): WorkItem {
  return { id: `i${number}`, number, partition, turn }
}

function queueOver(stored: WorkItem[], over: { failFirst?: boolean } = {}) {
  const worked: number[][] = []
  const done = new Set<string>()
  let failNext = over.failFirst ?? false
  const queue = createWorkQueue<WorkItem>({
    load: (partitions, after, limit) =>
      Promise.resolve(
        stored
          .filter((each) => partitions.includes(each.partition) && each.number > after && !done.has(each.id))
          .slice(0, limit),
      ),
    work: (batch) => {
      if (failNext) {
        failNext = false
        return Promise.reject(new Error('The database is away.'))
      }
      worked.push(batch.map(({ number }) => number))
      for (const { id } of batch) done.add(id)
      return Promise.resolve()
    },
    onError: () => undefined,
  })
  return { queue, worked }
}

describe('the queue of unfinished work', () => {
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

  it('holds a bounded part in memory and comes back for the rest, in order', async () => {
    const stored = Array.from({ length: 25_000 }, (_, at) => item(at + 1))
    const { queue, worked } = queueOver(stored)
    queue.take(1)
    await queue.idle()
    expect(worked.flat()).toEqual(stored.map(({ number }) => number))
  })
})
