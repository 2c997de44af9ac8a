import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../server/graphql/schema.ts'

/**
 * Prints the API to `server/graphql/schema.graphql`, sorted, so that a change of it shows in review. With `--check` it
 * writes nothing and fails where the file is out of date.
 */
const file = join(import.meta.dirname, '..', 'server', 'graphql', 'schema.graphql')
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, printed)
} else if (readFileSync(file, 'utf8') !== printed) {
  console.error('server/graphql/schema.graphql is out of date. Run: npm run schema')
  process.exitCode = 1
}
