/** So few bytes are copied faster one by one than by a call into the runtime, which wants a view for a part of them. */
const loopBytesMax = 100

/** Copies `source` from `from` up to `to` into `target` at `at`, where there has to be room; tells where it ends there. */
export function copyBytes(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  if (to - from > loopBytesMax) return at + source.copy(target, at, from, to)
  let end = at
  for (let position = from; position < to; position++) target[end++] = source[position] ?? 0
  return end
}
