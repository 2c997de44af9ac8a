import type { Collection, Document, Filter } from 'mongodb'

/** How many rows answer any of these questions, of which no two have an answer in common; counted up to `limit`. */
export async function countEach<Row extends Document>(
  rows: Collection<Row>,
  questions: readonly Filter<Row>[],
  limit: number,
): Promise<number> {
  const counts = await Promise.all(questions.map((question) => rows.countDocuments(question, { limit })))
  const all = counts.reduce((sum, count) => sum + count, 0)
  return Math.min(all, limit)
}
