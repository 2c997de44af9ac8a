/** A piece of work that the database holds as unfinished, with its place in the order. */
export interface WorkItem {
  id: string
  number: number
  partition: number
  /** Work of one turn is done in order; different turns alternate, so that a flood from one starves nobody. */
  turn: string
}

/**
 * The unfinished work of this process's partitions, in memory, in order. It may be told of an item twice and may
 * forget (when there is too much): the database is the truth and is read again where needed.
 */
export interface WorkQueue<T extends WorkItem> {
  add(items: readonly T[]): void
  /** Begins with a partition: first what the database holds unfinished, then what is added. */
  take(partition: number): void
  /** Drops a partition; resolves when none of its work is under way. */
  drop(partition: number): Promise<void>
  /** Reads the database again for anything that slipped by. */
  sweep(): void
  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void>
  /** What is queued, under way, or still to be looked for. */
  size(): number
  stop(): Promise<void>
}

/** What is left to be done for a batch. Rests run one after the other, each beside the work of the next batch. */
export type Rest = () => Promise<void>

const BATCH_MAX = 64
/** One connection's share of a batch while others are waiting. */
const TURN_MAX = 16
/** Its share while it gives way. */
const YIELDING_MAX = 8
/** How many times longer than a batch the pause after it is at most, where all that waits gives way. */
const PAUSE_FACTOR = 8
/** A batch that waited for a database that was away asks for no pause of that length. */
const PAUSE_MS_MAX = 1_000
const PAUSE_LOOK_MS = 5
const PAGE = 2_000
/** Above this, items of those who have many are left to the database and read back when there is room. */
const QUEUED_MAX = 30_000
const MANY = 1_000
const RETRY_MS = 500

export function createWorkQueue<T extends WorkItem>(options: {
  /** Unfinished work of these partitions with a larger number, ascending. */
  load: (partitions: readonly number[], after: number, limit: number) => Promise<T[]>
  /**
   * Carries out the part of a batch that has to be over before the next batch begins, and returns the rest. Either must
   * be safe to run twice: what throws is tried again.
   */
  work: (batch: T[]) => Promise<Rest>
  /** While something is more urgent than this turn's work: little of it is done at a time, with pauses unless others wait. */
  givesWay?: (turn: string) => boolean
  onError: (err: unknown) => void
}): WorkQueue<T> {
  const { load, work, givesWay = () => false, onError } = options
  const turns = new Map<string, T[]>()
  const known = new Set<string>()
  const taken = new Set<number>()
  /** Partitions whose rows in the database have to be read before anything newer is added, and how far that is. */
  const behind = new Map<number, number>()
  /** Partitions for which something was turned away while they were behind. */
  const missed = new Set<number>()
  const underWay = new Set<T>()
  let queued = 0
  let running = false
  let resting = Promise.resolve()
  let stopped = false
  let idlers: (() => void)[] = []

  function add(items: readonly T[]): void {
    for (const item of items) {
      if (stopped || !taken.has(item.partition) || known.has(item.id)) continue
      if (behind.has(item.partition)) missed.add(item.partition)
      else if (queued >= QUEUED_MAX && hasMany(item.turn)) behind.set(item.partition, 0)
      else push(item)
    }
    wake()
  }

  function hasMany(turn: string): boolean {
    return (turns.get(turn)?.length ?? 0) >= MANY
  }

  function push(item: T): void {
    const turn = turns.get(item.turn)
    if (turn) {
      let at = turn.length
      while (at > 0 && turn[at - 1]!.number > item.number) at--
      turn.splice(at, 0, item)
    } else {
      turns.set(item.turn, [item])
    }
    known.add(item.id)
    queued++
  }

  function nextBatch(): T[] {
    const batch: T[] = []
    const share = turns.size > 1 ? TURN_MAX : BATCH_MAX
    const hadTheirs = new Set<string>()
    for (const [name, turn] of turns) {
      const yields = givesWay(name)
      if (yields && hadTheirs.has(name)) continue
      const room = Math.min(yields ? YIELDING_MAX : share, BATCH_MAX - batch.length)
      if (room === 0) break
      batch.push(...turn.splice(0, room))
      hadTheirs.add(name)
      turns.delete(name)
      // To the end of the line, so that the others are served first; it comes round again where the batch has room.
      if (turn.length > 0) turns.set(name, turn)
    }
    queued -= batch.length
    return batch
  }

  async function run(): Promise<void> {
    running = true
    while (!stopped) {
      const hasRead = behind.size > 0 && queued < QUEUED_MAX / 2 && (await catchUp())
      const batch = nextBatch()
      if (batch.length === 0) {
        // What was turned away while the database was being read may be missing from what was read.
        if (hasRead && behind.keys().some((partition) => missed.has(partition))) continue
        break
      }
      const begunMs = performance.now()
      for (const item of batch) underWay.add(item)
      const rest = await untilDone(() => work(batch.filter((item) => taken.has(item.partition))))
      await resting
      resting = finish(batch, rest)
      await giveWay(batch, begunMs)
    }
    running = false
    tellIdlers()
  }

  /** Where this batch and all that waits give way: leaves the process to what is more urgent until that had its share. */
  async function giveWay(batch: readonly T[], begunMs: number): Promise<void> {
    const isOver = () =>
      stopped || !batch.every(({ turn }) => givesWay(turn)) || ![...turns.keys()].every(givesWay)
    if (isOver()) return
    await resting
    const nowMs = performance.now()
    const untilMs = nowMs + Math.min(PAUSE_FACTOR * (nowMs - begunMs), PAUSE_MS_MAX)
    while (!isOver() && performance.now() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_LOOK_MS))
    }
  }

  async function finish(batch: T[], rest: Rest | undefined): Promise<void> {
    const done = rest && (await untilDone(() => rest().then(() => true)))
    for (const item of batch) {
      underWay.delete(item)
      if (done) known.delete(item.id)
    }
    tellIdlers()
  }

  function tellIdlers(): void {
    if (running || underWay.size > 0 || (queued > 0 && !stopped)) return
    for (const resolve of idlers) resolve()
    idlers = []
  }

  /** Tries until it works; nothing where the queue was stopped before it did. */
  async function untilDone<R>(attempt: () => Promise<R>): Promise<R | undefined> {
    for (;;) {
      try {
        return await attempt()
      } catch (err) {
        onError(err)
        if (stopped) return undefined
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  /** Reads on for every partition that is behind, those that are equally far together, until there is enough to do. */
  async function catchUp(): Promise<boolean> {
    const groups = Map.groupBy(behind.keys(), (partition) => behind.get(partition) ?? 0)
    for (const [after, partitions] of groups) {
      for (const partition of partitions) missed.delete(partition)
      const page = await load(partitions, after, PAGE).catch((err: unknown) => {
        onError(err)
        return undefined
      })
      if (!page) return false
      for (const item of page) if (!known.has(item.id) && taken.has(item.partition)) push(item)
      for (const partition of partitions) {
        if (page.length === PAGE) behind.set(partition, page.at(-1)!.number)
        else if (!missed.has(partition)) behind.delete(partition)
      }
      if (queued >= QUEUED_MAX) break
    }
    return true
  }

  function wake(): void {
    if (running || stopped || (queued === 0 && behind.size === 0)) return
    running = true
    setImmediate(() => void run())
  }

  return {
    add,
    take(partition) {
      taken.add(partition)
      behind.set(partition, 0)
      wake()
    },
    async drop(partition) {
      taken.delete(partition)
      behind.delete(partition)
      for (const [name, turn] of turns) {
        const kept = turn.filter((item) => item.partition !== partition)
        for (const item of turn) if (item.partition === partition) known.delete(item.id)
        queued -= turn.length - kept.length
        if (kept.length === 0) turns.delete(name)
        else turns.set(name, kept)
      }
      while ([...underWay].some((item) => item.partition === partition)) {
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    sweep() {
      // There is enough to do, and what slipped by is worked no sooner if the whole backlog is read once more.
      if (queued >= BATCH_MAX) return
      for (const partition of taken) if (!behind.has(partition)) behind.set(partition, 0)
      wake()
    },
    idle: () =>
      running || queued > 0 || behind.size > 0 || underWay.size > 0
        ? new Promise((resolve) => {
            idlers.push(resolve)
            wake()
          })
        : Promise.resolve(),
    size: () => queued + underWay.size + behind.size,
    async stop() {
      stopped = true
      while (running) await new Promise((resolve) => setTimeout(resolve, 10))
      await resting
    },
  }
}
