import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { beforeAll, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { auditWords } from './audit-words.ts'

beforeAll(() => startWords())
const schema = buildSchema(
  readFileSync(new URL('../../../server/graphql/schema.graphql', import.meta.url), 'utf8'),
)
// The one change that comes by a link and not by the API is what a sign-in at a vendor ends with.
const actions = [...Object.keys(schema.getMutationType()?.getFields() ?? {}), 'finishConnectionSignIn']

const change = { actor: 'usr_1', subject: 'flw_1', subjectName: 'Sale', outcome: 'done' }

it('says each change that the API knows as a sentence, with a name and without, done and refused', () => {
  expect(actions).toContain('publishFlow')
  for (const action of actions) {
    for (const outcome of ['done', 'not_found']) {
      for (const subjectName of ['Sale', null]) {
        const words = auditWords({ ...change, action, outcome, subjectName })
        expect(words).toMatch(/^[A-Z][a-z]+ /)
        expect(words).not.toMatch(/[{}]|undefined|null| $/)
      }
    }
  }
})

it('names what was changed, and says when it was only tried or is no longer there', () => {
  expect(auditWords({ ...change, action: 'publishFlow' })).toBe('Turned on the flow “Sale”')
  expect(auditWords({ ...change, action: 'publishFlow', outcome: 'mapping_incomplete' })).toBe(
    'Tried to turn on the flow “Sale”',
  )
  expect(auditWords({ ...change, action: 'deleteFlow', subjectName: null })).toBe('Deleted a flow')
  expect(auditWords({ ...change, action: 'signIn', subject: 'usr_1', subjectName: 'Maya' })).toBe('Signed in')
})
