import type { ArgBuilder, ObjectRef } from '@pothos/core'
import { InputInvalid } from '../input-invalid.ts'
import type { Cursor } from '../platform/keyset.ts'
import { builder } from './builder.ts'
import type { SchemaTypes } from './builder.ts'

/** One page of a list, newest first. */
export interface Page<Item> {
  items: Item[]
  nextCursor: string | undefined
  /** Counted only if asked for. */
  count: () => Promise<number>
}

export const FIRST_MAX = 200
/** Lists are not counted beyond this: an exact number of millions costs more than it tells. */
export const COUNT_MAX = 10_000

/** `first` and `after`, for every list. */
export function pageArgs(arg: ArgBuilder<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>>) {
  return {
    first: arg.int({ required: true, defaultValue: 50, description: `How many, at most ${FIRST_MAX}.` }),
    after: arg.string({ description: 'The `nextCursor` of the page before.' }),
  }
}

export interface PageArgs {
  first: number
  after?: string | null
}

/** What a page multiplies the cost of its items by. */
export function pageComplexity({ first }: PageArgs): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.max(1, first) }
}

/** Declares the type `<Noun>Page`. */
export function pageType<Item>(item: ObjectRef<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, Item>) {
  return builder.objectRef<Page<Item>>(`${item.name}Page`).implement({
    description: `A part of a list of ${item.name}, newest first.`,
    authScopes: { role: 'viewer' },
    fields: (t) => ({
      items: t.field({ type: [item], complexity: { multiplier: 1 }, resolve: ({ items }) => items }),
      nextCursor: t.string({
        nullable: true,
        description: 'Give it as `after` to go on; absent on the last page.',
        resolve: ({ nextCursor }) => nextCursor,
      }),
      count: t.int({
        description: `How many there are in all; ${COUNT_MAX} means that many or more.`,
        resolve: ({ count }) => count(),
      }),
    }),
  })
}

/** A list of which a page can be read, newest first. */
export interface List<Item> {
  page(after: Cursor | undefined, limit: number): Promise<Item[]>
  count(limit: number): Promise<number>
}

/** Lists of which a key or filter says what they hold. */
interface Lists<Which, Item> {
  page(which: Which, after: Cursor | undefined, limit: number): Promise<Item[]>
  count(which: Which, limit: number): Promise<number>
}

/** The one of these lists that `which` names. */
export function listOf<Which, Item>(lists: Lists<Which, Item>, which: Which): List<Item> {
  return {
    page: (after, limit) => lists.page(which, after, limit),
    count: (limit) => lists.count(which, limit),
  }
}

/**
 * Reads a page. The place in the list is kept in the cursor, so rows that arrive meanwhile shift nothing. Throws
 * `InputInvalid` for a `first` out of bounds and a cursor that is none.
 */
export async function readPage<Item extends { id: string }>(
  { first, after }: PageArgs,
  list: List<Item>,
  at: (item: Item) => Date,
): Promise<Page<Item>> {
  if (first < 1 || first > FIRST_MAX) {
    throw new InputInvalid([{ path: 'first', message: `must be between 1 and ${FIRST_MAX}` }])
  }
  const found = await list.page(after ? decodeCursor(after) : undefined, first + 1)
  const items = found.slice(0, first)
  const last = items.at(-1)
  const nextCursor = found.length > first && last ? encodeCursor({ at: at(last), id: last.id }) : undefined
  // Where the first page is all there is, nothing need be counted: a rare filter is dear enough to look for once.
  const isAll = !after && found.length === items.length
  return { items, nextCursor, count: async () => (isAll ? items.length : list.count(COUNT_MAX)) }
}

export function encodeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url')
}

function decodeCursor(text: string): Cursor {
  const [, time, id] = /^(\d{1,16}) (\S{1,100})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  const at = new Date(Number(time))
  if (!id || !Number.isFinite(at.getTime())) {
    throw new InputInvalid([{ path: 'after', message: 'is not a cursor of this list' }])
  }
  return { at, id }
}
