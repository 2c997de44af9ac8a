import type { RunStore } from './run-store.ts'

/** One day of a flow. */
export interface DayOfRuns {
  /** In the calendar of the time zone that was asked for: `2026-11-26`. */
  day: string
  count: number
}

/**
 * How often a flow ran on each of the last `days` days, today last. A day begins and ends as it does in `timeZone`.
 * @throws RangeError for a time zone that nobody knows
 */
export async function runsPerDay(
  runs: Pick<RunStore, 'countBetween'>,
  flowId: string,
  { days, timeZone, now }: { days: number; timeZone: string; now: Date },
): Promise<DayOfRuns[]> {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  const beginning = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(timeZone).epochMilliseconds)
  return Promise.all(
    Array.from({ length: days }, async (_, at) => {
      const day = today.subtract({ days: days - 1 - at })
      const count = await runs.countBetween(flowId, beginning(day), beginning(day.add({ days: 1 })))
      return { day: day.toString(), count }
    }),
  )
}
