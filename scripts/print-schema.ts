import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../server/graphql/schema.ts'
import { printPageTypes } from './print-page-types.ts'

/**
 * Prints the API to `server/graphql/schema.graphql`, sorted, so that a change of it shows in review, and the types
 * that the page takes from it. With `--check` it writes nothing and fails where the file is out of date.
 */
const file = join(import.meta.dirname, '..', 'server', 'graphql', 'schema.graphql')
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, printed)
  printPageTypes()
} else if (readFileSync(file, 'utf8') !== printed) {
  console.error('server/graphql/schema.graphql is out of date. Run: npm run print-schema')
  process.exitCode = 1
}
