import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../server/graphql/schema.ts'
import { runCommand } from './command-line/run-command.ts'
import { printPageTypes } from './print-page-types.ts'

const usage = `npm run print-schema -- [options]

Prints the API to server/graphql/schema.graphql, sorted, so that a change of it shows in review, and the types that the
page takes from it.

  --check  write nothing, and fail where the file is out of date`

const file = join(import.meta.dirname, '..', 'server', 'graphql', 'schema.graphql')
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`

function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) return console.log(usage)
  if (!values.check) {
    writeFileSync(file, printed)
    printPageTypes()
  } else if (readFileSync(file, 'utf8') !== printed) {
    throw new Error('server/graphql/schema.graphql is out of date. Run: npm run print-schema')
  }
}

await runCommand(usage, main)
