/** Milliseconds on the machine's monotonic clock: the same in every process, so that moments can be compared. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
