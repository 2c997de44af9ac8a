import type { Connection } from 'mongoose'

const SKEW_MS_MAX = 2_000

/** This machine's clock and the database's disagree too much for leases and due times to mean the same to both. */
export class ClockSkew extends Error {}

/** Leases and due times are compared between machines. Throws `ClockSkew` above 2 s of difference. */
export async function checkClock(connection: Connection, now: () => Date): Promise<void> {
  const before = now().getTime()
  const answer = await connection.db?.admin().command({ hello: 1 })
  const middle = (before + now().getTime()) / 2
  const theirs = answer?.['localTime']
  if (!(theirs instanceof Date)) return
  const skewMs = Math.round(Math.abs(theirs.getTime() - middle))
  if (skewMs > SKEW_MS_MAX) {
    throw new ClockSkew(
      `This machine's clock differs from the database's by ${skewMs} ms; at most ${SKEW_MS_MAX} ms are safe. ` +
        'Synchronise both (NTP) and start again.',
    )
  }
}
