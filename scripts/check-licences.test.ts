import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isPermissive, readProductionLicences } from './check-licences.ts'

it.each([
  ['MIT', true],
  ['(MIT OR CC0-1.0)', true],
  ['GPL-3.0-only OR Apache-2.0', true],
  ['MIT AND BSD-3-Clause', true],
  ['MIT AND LGPL-3.0', false],
  ['MPL-2.0', false],
  ['none named', false],
  ['UNLICENSED', false],
])('takes %s for permissive: %s', (licence, expected) => {
  expect(isPermissive(licence)).toBe(expected)
})

it('believes the installed package over the lockfile, and leaves development packages out', () => {
  const root = mkdtempSync(join(tmpdir(), 'licences-'))
  const packages = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/c': { version: '3.0.0', license: 'GPL-3.0', dev: true },
  }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }))
  mkdirSync(join(root, 'node_modules/a/node_modules/b'), { recursive: true })
  writeFileSync(join(root, 'node_modules/a/package.json'), JSON.stringify({ license: 'AGPL-3.0' }))
  writeFileSync(
    join(root, 'node_modules/a/node_modules/b/package.json'),
    JSON.stringify({ licenses: [{ type: 'ISC' }] }),
  )
  expect(readProductionLicences(root)).toEqual([
    { name: 'a', version: '1.0.0', licence: 'AGPL-3.0' },
    { name: 'b', version: '2.0.0', licence: 'ISC' },
  ])
  rmSync(root, { recursive: true })
})
