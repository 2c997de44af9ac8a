/** How long to wait after so many failures in a row: twice as long each time, up to a bound. */
export function backOff(failures: number, { firstMs, maxMs }: { firstMs: number; maxMs: number }): number {
  return Math.min(firstMs * 2 ** Math.max(failures - 1, 0), maxMs)
}
