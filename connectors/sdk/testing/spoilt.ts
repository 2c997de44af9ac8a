/** What a vendor's field may turn out to hold one day. */
const surprises: readonly unknown[] = [null, 'text', '', -1, 8.64e15 + 1, true, [], {}, [null], { id: 7 }]

/**
 * The same payload many times, each with one of its values replaced by something nobody expected, or left out. Used to
 * prove that a connector never throws for what a request contains.
 */
export function* spoilt(payload: unknown): Generator<{ at: string; payload: unknown }> {
  for (const path of pathsIn(payload)) {
    const at = path.join('.')
    yield { at: `${at} is left out`, payload: replaced(payload, path, undefined) }
    for (const surprise of surprises) {
      yield { at: `${at} is ${JSON.stringify(surprise)}`, payload: replaced(payload, path, surprise) }
    }
  }
}

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [
    [],
    ...Object.entries(value).flatMap(([name, held]) => pathsIn(held).map((path) => [name, ...path])),
  ]
}

function replaced(value: unknown, [step, ...rest]: string[], by: unknown): unknown {
  if (step === undefined) return by
  if (Array.isArray(value)) {
    return value.map((held: unknown, at) => (String(at) === step ? replaced(held, rest, by) : held))
  }
  const entries = Object.entries(Object(value)).map(([name, held]) => [
    name,
    name === step ? replaced(held, rest, by) : held,
  ])
  return Object.fromEntries(entries)
}
