import { errandJson } from './formula-errand.ts'
import type { Errand } from './formula-errand.ts'
import type { FormulaAnswer } from './formula-frames.ts'
import { startFormulaChild } from './formula-spawn.ts'
import type { ChildEnd, ChildOptions, FormulaChild } from './formula-spawn.ts'

/** A place for one process at a time: it is started when there is work, and replaced when it is lost. */
export interface FormulaSlot {
  /** Sends what the process can take now. Call when there may be work. */
  pump(): void
  /** Kills a process that hangs. Call every now and then. */
  watch(): void
  /** Ends the process for good, and returns what it had not answered. */
  stop(): { left: Errand[]; gone: Promise<void> }
}

export interface FormulaSlotOptions extends ChildOptions {
  hardTimeoutMs: number
  /** Work for one frame; none when there is none. */
  take: () => Errand[]
  /** Takes out of an errand what shall not run any more; false when nothing is left of it. */
  isStillWanted: (errand: Errand) => boolean
  hasWork: () => boolean
  onAnswer: (errand: Errand, at: number, result: FormulaAnswer[2]) => void
  /** The process was lost, whatever the reason. */
  onLost: (end: ChildEnd) => void
  /** The process was lost because of this. */
  onGuilty: (errand: Errand, end: ChildEnd) => void
  /** The process does not start, three times in a row. What this slot held is handed back. */
  onNoStart: (left: Errand[]) => void
}

interface Sent {
  errand: Errand
  frame: { open: number }
}

const framesAtOnce = 2
const startTimeoutMs = 20_000
const startsAtMost = 3

/**
 * Keeps two frames under way, so that the process never waits for work. When the process is lost, what it had in its
 * hands is repeated one by one: the one that is alone when a process is lost for the second time is guilty (the first
 * time the machine may have been busy, or somebody else may have ended the process). In between the others have their
 * turn, and so has each request among those to be repeated: nobody waits for all that somebody else made of bad ones.
 */
export function createFormulaSlot(options: FormulaSlotOptions): FormulaSlot {
  const { hardTimeoutMs, take, isStillWanted, hasWork, onAnswer, onLost, onGuilty, onNoStart } = options
  let child: FormulaChild | undefined
  let isReady = false
  let isStopped = false
  let failedStarts = 0
  let framesOpen = 0
  let progressAt = 0
  /** What has to be repeated one by one, a list for each request. */
  let suspects: Errand[][] = []
  let isTurnOfOthers = false
  /** By request, in the order in which they were sent. */
  const underWay = new Map<number, Sent>()

  function pump(): void {
    if (isStopped) return
    if (!child) {
      if (suspects.length > 0 || hasWork()) start()
      return
    }
    while (isReady && framesOpen < framesAtOnce) {
      const errands = suspects.length > 0 ? nextSuspect() : take()
      if (errands.length === 0) return
      send(child, errands)
    }
  }

  /** Alone, and after each the others have their turn. */
  function nextSuspect(): Errand[] {
    if (underWay.size > 0) return []
    const others = isTurnOfOthers ? take() : []
    isTurnOfOthers = false
    if (others.length > 0) return others
    for (let ofRequest = suspects.shift(); ofRequest; ofRequest = suspects.shift()) {
      const suspect = ofRequest.shift()
      if (ofRequest.length > 0) suspects.push(ofRequest)
      if (!suspect || !isStillWanted(suspect)) continue
      isTurnOfOthers = true
      return [suspect]
    }
    return take()
  }

  function send(to: FormulaChild, errands: Errand[]): void {
    if (underWay.size === 0) progressAt = performance.now()
    const frame = { open: errands.length }
    for (const errand of errands) underWay.set(errand.request.id, { errand, frame })
    framesOpen++
    to.send(`[${errands.map(errandJson).join(',')}]`)
  }

  function receive(answers: readonly FormulaAnswer[]): void {
    progressAt = performance.now()
    isReady = true
    failedStarts = 0
    for (const [id, at, result] of answers) {
      const sent = underWay.get(id)
      if (!sent?.errand.at.includes(at)) continue
      sent.errand.at = sent.errand.at.filter((position) => position !== at)
      if (sent.errand.at.length === 0) {
        underWay.delete(id)
        sent.frame.open--
        if (sent.frame.open === 0) framesOpen--
      }
      onAnswer(sent.errand, at, result)
    }
    pump()
  }

  function start(): void {
    isReady = false
    progressAt = performance.now()
    child = startFormulaChild(options, { onAnswers: receive, onEnd: lost })
  }

  function lost(end: ChildEnd): void {
    const wasReady = isReady
    child = undefined
    isReady = false
    framesOpen = 0
    const held = Array.from(underWay.values(), ({ errand: { request, at, wasLost } }) =>
      at.map((position): Errand => ({ request, at: [position], wasLost })),
    )
    underWay.clear()
    if (isStopped) return
    onLost(end)

    const [only, another] = held.flat()
    if (only && !another && (only.wasLost || end === 'out_of_memory')) {
      onGuilty(only, end)
      // Those that are refused from now on need not wait for their turn to hear of it.
      suspects = suspects.map((ofRequest) => ofRequest.filter(isStillWanted))
    } else {
      for (const errand of held.flat()) errand.wasLost = true
      suspects.push(...held)
    }

    if (!wasReady && ++failedStarts === startsAtMost) {
      failedStarts = 0
      onNoStart(suspects.splice(0).flat())
    } else {
      pump()
    }
  }

  function isLate(): boolean {
    if (!child) return false
    const silentMs = performance.now() - progressAt
    return isReady ? underWay.size > 0 && silentMs > hardTimeoutMs : silentMs > startTimeoutMs
  }

  return {
    pump,
    watch() {
      // Asked again after a turn of the event loop: an answer may lie unread because this process was busy.
      if (isLate()) setImmediate(() => isLate() && child?.kill())
    },
    stop() {
      isStopped = true
      const left = [...Array.from(underWay.values(), ({ errand }) => errand), ...suspects.flat()]
      suspects = []
      return { left, gone: child?.end() ?? Promise.resolve() }
    },
  }
}
