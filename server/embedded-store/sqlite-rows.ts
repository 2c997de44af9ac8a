/** What a statement found, as far as the one that is called the last. */
export function readRows<T>(
  rows: Iterable<unknown>,
  read: (row: unknown[]) => T,
  isLast: (one: T) => boolean = () => false,
): T[] {
  const found = Array<T>()
  for (const row of rows) {
    const values = cells(row)
    if (!values) continue
    const one = read(values)
    found.push(one)
    if (isLast(one)) break
  }
  return found
}

/** Rows are arrays after `setReturnArrays`, which the types of node:sqlite do not know. */
export function cells(row: unknown): unknown[] | undefined {
  return Array.isArray(row) ? row : undefined
}

/** An integer column. */
export function integer(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** A blob column; node:sqlite hands out a copy of its own, which is wrapped, not copied again. */
export function blob(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) return Buffer.alloc(0)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
