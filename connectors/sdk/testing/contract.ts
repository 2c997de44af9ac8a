import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AnyConnector } from '../define-connector.ts'
import { describeActionContract } from './action-contract.ts'
import { readFixtures } from './fixture.ts'
import { describeInboundContract } from './inbound-contract.ts'
import { describePollContract } from './poll-contract.ts'
import { describeRegistrationContract } from './registration-contract.ts'

/**
 * What every connector owes its users, proven with the stories in `dir/fixtures`: genuine requests pass and forged
 * ones do not, each means exactly what is promised, each action, poll and registration makes exactly the recorded
 * calls, and nothing the connector offers is without a story.
 */
export function connectorContract(connector: AnyConnector, dir: string): void {
  const { inbound, calls, polls } = readFixtures(dir)

  describe(`${connector.name} as a whole`, () => {
    it('is named after its folder', () => {
      expect(dir.split('/').at(-1)).toBe(connector.id)
    })

    it('ships the setup steps and a mark that cannot run code', () => {
      expect(readFileSync(join(dir, 'SETUP.md'), 'utf8').length).toBeGreaterThan(200)
      const logo = readFileSync(join(dir, 'logo.svg'), 'utf8')
      expect(logo).toContain('<svg')
      expect(logo).not.toMatch(/<script|<foreignObject|\son\w+=|href/i)
    })

    it('labels every field that a person fills in or maps', () => {
      const forms = { auth: connector.auth.fields, ...mapValues(connector.actions, (action) => action.input) }
      const unlabelled = Object.entries(forms).flatMap(([form, { shape }]) =>
        Object.entries(shape).flatMap(([field, schema]) =>
          metaOf(schema, 'label') ? [] : [`${form}.${field}`],
        ),
      )
      expect(unlabelled).toEqual([])
    })

    it('has words for whatever can be chosen', () => {
      const forms = { auth: connector.auth.fields, ...mapValues(connector.actions, (action) => action.input) }
      const wordless = Object.entries(forms).flatMap(([form, { shape }]) =>
        Object.entries(shape).flatMap(([field, schema]) => {
          const words = metaOf(schema, 'choices') ?? {}
          return choicesOf(schema).flatMap((choice) =>
            Object.hasOwn(words, choice) ? [] : [`${form}.${field}: ${choice}`],
          )
        }),
      )
      expect(wordless).toEqual([])
    })

    it('has a story for everything it offers', () => {
      const told = new Set([...inbound, ...polls].flatMap(({ expect: promise }) => eventNamesIn(promise)))
      const read = [
        ...inbound.map((story) => story.inbound),
        ...polls.map((story) => connector.polls?.[story.poll]?.inbound),
      ]
      expect(connector.inbound.map(({ id }) => id).filter((id) => !read.includes(id))).toEqual([])
      expect(
        Object.entries(connector.triggers).flatMap(([id, { events }]) =>
          events.some((name) => told.has(name)) ? [] : [id],
        ),
      ).toEqual([])
      expect(
        offeredCalls(connector).filter(
          (call) => !calls.some((story) => `${story.action} ${story.call}` === call),
        ),
      ).toEqual([])
    })

    it('has no story of something it does not offer', () => {
      const offered = offeredCalls(connector)
      expect(
        inbound
          .filter((story) => !connector.inbound.some(({ id }) => id === story.inbound))
          .map(({ file }) => file),
      ).toEqual([])
      expect(
        calls.filter((story) => !offered.includes(`${story.action} ${story.call}`)).map(({ file }) => file),
      ).toEqual([])
      expect(polls.filter((story) => !connector.polls?.[story.poll]).map(({ file }) => file)).toEqual([])
      expect(existsSync(join(dir, 'fixtures'))).toBe(true)
    })
  })

  describeInboundContract(connector, inbound)
  describeActionContract(
    connector,
    calls.filter(({ action }) => action !== 'registration'),
  )
  describeRegistrationContract(
    connector,
    calls.filter(({ action }) => action === 'registration'),
  )
  describePollContract(connector, polls)
}

/** Every function of the connector that talks to the vendor, as `<action> <call>`. */
function offeredCalls(connector: AnyConnector): string[] {
  return [
    ...(connector.auth.check ? ['check run'] : []),
    ...(connector.enrich ? ['enrich run'] : []),
    ...(connector.registration ? ['registration register', 'registration remove'] : []),
    ...(connector.registration?.renew ? ['registration renew'] : []),
    ...(connector.registration?.check ? ['registration check'] : []),
    ...Object.entries(connector.actions).flatMap(([id, { confirm, current }]) => [
      `${id} run`,
      ...(confirm ? [`${id} confirm`] : []),
      ...(current ? [`${id} current`] : []),
    ]),
  ]
}

function eventNamesIn(promise: unknown): string[] {
  return [...JSON.stringify(promise).matchAll(/"name":"([a-z_]+\.[a-z_]+)"/g)].map((match) => match[1] ?? '')
}

function metaOf(schema: unknown, name: string): unknown {
  return schema instanceof z.ZodType ? schema.meta()?.[name] : undefined
}

function choicesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return choicesOf(schema.unwrap())
  return schema instanceof z.ZodEnum ? schema.options.map(String) : []
}

function mapValues<V, W>(record: Record<string, V>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
