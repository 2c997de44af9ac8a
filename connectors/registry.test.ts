import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { connectors } from './registry.ts'

it('offers every connector that has a folder', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'sdk')
    .map(({ name }) => name)
  expect([...connectors.keys()].toSorted()).toEqual(folders.toSorted())
})
