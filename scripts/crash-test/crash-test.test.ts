import { expect, it } from 'vitest'
import { runCrashTest } from './run-crash-test.ts'

/** Starting hubs takes long where the machine is busy; that is no failure. */
const MS_MAX = 300_000

it('a hub that is killed again and again at full load keeps every promise', { timeout: MS_MAX }, async () => {
  const report = await runCrashTest({
    rounds: 4,
    connections: 8,
    people: 24,
    liveMsMax: 1_500,
    drainMsMax: MS_MAX / 2,
    seed: 20_261,
    onProgress: () => undefined,
  })
  expect(report.broken).toEqual([])
  expect(report.hubKills).toBe(4)
  expect(report.acknowledged).toBeGreaterThan(0)
  // Every event that was acknowledged, and perhaps one whose acknowledgement died with the hub.
  expect(report.effects).toBeGreaterThanOrEqual(report.acknowledged)
})
