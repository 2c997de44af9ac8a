/** A row that holds something. */
export interface PrintedRow {
  /** Counted from 1, as people do. */
  row: number
  /** A short print of its content. */
  print: string
}

export interface RowChange<R extends PrintedRow> {
  row: R
  change: 'added' | 'updated'
}

/**
 * What happened to the rows of a sheet since its prints were taken. Google numbers rows and does not name them, so a
 * deleted or sorted row gives its number to another; what tells them apart is what they hold and who stands beside them.
 * Rows that only moved are no news. Of rows that are new between the same two neighbours as rows that are gone, as many
 * count as updated; the others were added.
 *
 * `isWhole` says that the prints cover the sheet from its top. Otherwise rows that come up from above the first one look
 * new, so only those below the last known row are.
 */
export function rowChanges<R extends PrintedRow>(
  before: readonly string[],
  now: readonly R[],
  isWhole: boolean,
): RowChange<R>[] {
  const places = placesBefore(before, now)
  if (!isWhole && before.length > 0 && places.every((place) => place === undefined)) return []
  const gone = goneIn(before, places)
  const changes: RowChange<R>[] = []
  let [after, pending]: [number, R[]] = [-1, []]

  const settle = (until: number, isEnd: boolean): void => {
    const replaced = gone.filter((place) => place > after && place < until).length
    const news = pending.map((row, at): RowChange<R> => ({
      row,
      change: at < replaced ? 'updated' : 'added',
    }))
    changes.push(...(isWhole || isEnd ? news : news.slice(0, replaced)))
  }

  for (const [at, row] of now.entries()) {
    const place = places[at]
    if (place === undefined) pending.push(row)
    else {
      settle(place, false)
      ;[after, pending] = [place, []]
    }
  }
  settle(before.length, true)
  return changes
}

/** Where each row stood before; `undefined` for one whose content was not there. */
function placesBefore(before: readonly string[], now: readonly PrintedRow[]): (number | undefined)[] {
  const free = new Map<string, number[]>()
  for (const [place, print] of before.entries()) free.set(print, [...(free.get(print) ?? []), place])
  let last = -1
  return now.map(({ print }) => {
    const candidates = free.get(print) ?? []
    // Of equal rows the one that keeps the order.
    const ahead = candidates.findIndex((place) => place > last)
    const [place] = candidates.splice(Math.max(ahead, 0), 1)
    if (place !== undefined) last = place
    return place
  })
}

function goneIn(before: readonly string[], places: readonly (number | undefined)[]): number[] {
  const kept = new Set(places)
  return [...before.keys()].filter((place) => !kept.has(place))
}
