import { describe, expect, it } from 'vitest'
import type { Repeat } from '#sdk'
import type { Failure } from '../pipeline/classify-failure.ts'
import { confirmPausesMs, nextState } from './next-state.ts'
import type { AttemptResult } from './next-state.ts'
import { retryPause, retryPausesMs } from './retry-schedule.ts'

const now = new Date('2026-11-25T10:00:00Z')
const after = (ms: number) => new Date(now.getTime() + ms)

function next(
  result: AttemptResult,
  over: { repeat?: Repeat; attemptsUsed?: number; canConfirm?: boolean } = {},
) {
  return nextState(result, {
    repeat: over.repeat ?? 'safe',
    attemptsUsed: over.attemptsUsed ?? 1,
    canConfirm: over.canConfirm ?? false,
    createdAt: after(-3_600_000),
    now,
    random: () => 0,
  })
}

function failed(failure: Partial<Failure>, mayHaveWritten = false): AttemptResult {
  return {
    outcome: 'failed',
    failure: { class: 'retry', reason: { code: 'network' }, ...failure },
    mayHaveWritten,
  }
}

describe('what becomes of a delivery after an attempt', () => {
  it('is delivered when the action returned', () => {
    expect(next({ outcome: 'delivered', output: {} })).toEqual({ state: 'delivered' })
  })

  it('is tried again on the schedule for 76 hours, then it has failed', () => {
    const pauses = retryPausesMs.map((pause, at) => {
      expect(next(failed({}), { attemptsUsed: at + 1 })).toMatchObject({
        state: 'retrying',
        dueAt: after(pause),
      })
      return pause
    })
    const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3_600_000
    expect(Math.round(hours)).toBe(76)
    expect(next(failed({}), { attemptsUsed: 12 })).toMatchObject({
      state: 'failed',
      reason: { code: 'retries_exhausted' },
    })
  })

  it('is tried again up to a tenth later than the schedule says, so that a thousand do not come back at once', () => {
    const first = [0, 0.5, 0.999].map((random) => retryPause(1, () => random)! / retryPausesMs[0])
    expect(first[0]).toBe(1)
    expect(first[1]).toBeCloseTo(1.05, 2)
    expect(first[2]).toBeCloseTo(1.1, 2)
  })

  it('is tried again when the vendor asks for it, where that is later than the schedule would', () => {
    const retryAt = after(90_000)
    expect(next(failed({ retryAt }))).toMatchObject({ state: 'retrying', dueAt: retryAt })
  })

  it('keeps to its schedule when the vendor asks to be tried again at once', () => {
    const spread = retryPausesMs.map(
      (_, at) => next(failed({ retryAt: now }), { attemptsUsed: at + 1 }).dueAt,
    )
    expect(spread).toEqual(retryPausesMs.map(after))
  })

  it('is parked until the owner has fixed the connection', () => {
    const { state, dueAt } = next(failed({ class: 'fix_connection' }))
    expect(state).toBe('parked')
    // Thirty days after it was made, however often it is parked.
    expect(dueAt).toEqual(after(-3_600_000 + 30 * 24 * 3_600_000))
  })

  it('leaves the lane when only a person can help', () => {
    expect(next(failed({ class: 'fix_mapping' }))).toMatchObject({ state: 'refused' })
    expect(next(failed({ class: 'gone' }))).toMatchObject({ state: 'failed', reason: { code: 'gone' } })
  })

  it('is never blindly repeated where it may have arrived and is not safe to repeat', () => {
    for (const failureClass of ['retry', 'fix_connection', 'fix_mapping', 'gone'] as const) {
      expect(next(failed({ class: failureClass }, true), { repeat: 'unsafe' }).state).toBe('unconfirmed')
    }
    expect(next({ outcome: 'interrupted' }, { repeat: 'unsafe' }).state).toBe('unconfirmed')
  })

  it('is repeated with the same key where the vendor recognises it, even if it may have arrived', () => {
    expect(next(failed({}, true), { repeat: 'key' }).state).toBe('retrying')
    expect(next({ outcome: 'interrupted' }, { repeat: 'safe' })).toMatchObject({
      state: 'retrying',
      dueAt: now,
    })
  })

  it('is repeated although unsafe when nothing can have left', () => {
    expect(next(failed({}), { repeat: 'unsafe' }).state).toBe('retrying')
  })

  it('asks whether a doubtful delivery arrived, where the action can', () => {
    const doubtful = failed({}, true)
    expect(next(doubtful, { repeat: 'unsafe', canConfirm: true }).dueAt).toEqual(after(confirmPausesMs[0]))
    expect(next(doubtful, { repeat: 'unsafe', canConfirm: false }).dueAt).toBeUndefined()
  })
})
