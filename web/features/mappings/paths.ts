/** One step of a path: a name, or a place in a list. */
export type Segment = string | number

const token = /`((?:[^`]|``)+)`|([A-Za-z_]\w*)|\[(-?\d+)?\]/g

/** Words that JSONata would not read as a name. */
const reserved = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function'])

/** The steps of a path as the hub writes it: names with signs are back-quoted. */
export function segmentsOf(path: string): Segment[] {
  return [...path.matchAll(token)].flatMap(([, quoted, plain, place]): Segment[] => {
    if (quoted !== undefined) return [quoted.replaceAll('``', '`')]
    if (plain !== undefined) return [plain]
    return place === undefined ? [] : [Number(place)]
  })
}

export function pathOf(segments: readonly Segment[]): string {
  return segments
    .map((segment, at) => {
      if (typeof segment === 'number') return `[${segment}]`
      return `${at === 0 ? '' : '.'}${nameOf(segment)}`
    })
    .join('')
}

function nameOf(name: string): string {
  const isPlain = /^[A-Za-z_]\w*$/.test(name) && !reserved.has(name)
  return isPlain ? name : `\`${name.replaceAll('`', '``')}\``
}
