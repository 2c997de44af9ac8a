import { expect, it } from 'vitest'
import { stepsReadByFormulas } from './steps-read-by-formulas.ts'

it.each([
  ['steps.stp_1.id', ['stp_1']],
  ['$$.steps.stp_1.id', ['stp_1']],
  ['$.steps.stp_1.id', ['stp_1']],
  ['`steps`.stp_1.id', ['stp_1']],
  ['steps."stp 1".id', ['stp 1']],
  ['"\\u0073teps".stp_1.id', ['stp_1']],
  ['event.properties.products.{ "deal": $$.steps.stp_1.id, "sku": sku }', ['stp_1']],
  ['$map(event.properties.products, function($p){ $p.sku & steps.stp_2.id })', ['stp_2']],
  ['event.properties.products[id = $$.steps.stp_1.id].name', ['stp_1']],
  ['(event ~> $lookup("id")) & steps.stp_1.id', ['stp_1']],
  ['steps.stp_1.id ? steps.stp_2.id : event.id', ['stp_1', 'stp_2']],
])('sees which steps a formula reads: %s', (formula, ids) => {
  expect([...stepsReadByFormulas([formula])]).toEqual(ids)
})

it.each([
  '"Next steps for you"',
  '"see steps.html"',
  '/* steps.stp_1 */ 1',
  'event.properties.steps',
  'event.properties.steps.stp_1',
  'event.properties.products[steps > 1].name',
  'event.properties.products.{ "n": steps.stp_1 }',
  'event.properties.products^(steps).name',
  'event{ "all": steps.x }',
  '$$.event.properties.total * 2',
  '$lookup({ "steps": 1 }, "steps")',
  '$map(event.properties.products, function($p){ $p.steps })',
  'event ~> $keys()',
  '$now() & $string(event.id)',
  '$contains(event.name, /steps/)',
  'event.properties ~> |products|{ "steps": steps + 1 }|',
])('is not held up by steps that a formula only seems to read: %s', (formula) => {
  expect([...stepsReadByFormulas([formula])]).toEqual([])
})

it.each([
  'steps',
  '$$',
  '$',
  '$lookup($$, "steps")',
  '$lookup("steps")',
  '$lookup(steps, event.properties.step)',
  '($f := $lookup; $f("steps"))',
  '($all := $$; $all.steps.stp_1.id)',
  'steps[0].stp_1',
  '(steps).stp_1',
  'steps.*.id',
  '*.stp_1',
  '**.stp_1',
  'event.%.steps.stp_1',
  'event@$e.steps.stp_1',
  '$string()',
  '$$ ~> $keys()',
  '$each(function($value, $name){ $name })',
  '(function($all)<o-:x>{ $all })()',
  '(function($all)<o-:s>{ $all.steps.stp_1.id })()',
  'steps.stp_1.id & (',
])('counts as reading every step where it cannot be told which: %s', (formula) => {
  expect([...stepsReadByFormulas([formula])]).toContain('*')
})

it.each([
  ['longer than is read here', `event.id & "${' '.repeat(20_000)}*"`],
  ['nested too deeply', `$${'['.repeat(1_900)}1${']'.repeat(1_900)}`],
])('counts as reading every step where the formula is %s', (_what, formula) => {
  expect([...stepsReadByFormulas([formula])]).toEqual(['*'])
})

it('parses no more for one mapping than takes a moment, and counts the rest as reading every step', () => {
  const formulas = Array.from({ length: 500 }, (_, at) => `steps.stp_${at}.id & "${' '.repeat(3_900)}"`)
  const read = [...stepsReadByFormulas(formulas)]
  expect(read).toContain('stp_0')
  expect(read).toContain('*')
  expect(read.length).toBeLessThan(20)
})
