import { z } from '#sdk'
import type { Http } from '#sdk'

/** The most that a page may hold; without asking it is twenty (API reference, “Pagination”, read 2026-11). */
const pageSize = 100

const answer = z.record(z.string(), z.unknown())

/** Everything that a path lists, under the name that its answers give it. */
export async function readAll<Row extends { id: string }>(
  http: Http,
  path: string,
  row: z.ZodType<Row>,
): Promise<Row[]> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const known = new Map<string, Row>()
  for (;;) {
    const query = { limit: pageSize, offset: known.size }
    const page = z.array(row).parse(answer.parse(await http.get(path, { query }).json())[name])
    const before = known.size
    for (const each of page) known.set(each.id, each)
    // A path that knows no pages would give the same for ever.
    if (page.length < pageSize || known.size === before) return [...known.values()]
  }
}
