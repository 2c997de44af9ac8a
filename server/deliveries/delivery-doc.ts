import type { Attempt, Delivery } from './delivery.ts'

/** A delivery as it is stored: what nothing searches is text, and its place in the work stands beside it. */
export interface DeliveryDoc extends Omit<
  Delivery,
  'id' | 'input' | 'foundThere' | 'problems' | 'output' | 'reason' | 'attempts'
> {
  _id: string
  input?: string
  foundThere?: string
  problems?: string
  output?: string
  reason?: string
  attempts: string[]
  partition: number
  /** Set while it holds up its lane. */
  open?: true
  /** Fencing token of the last process that wrote; an older owner can no longer change it. */
  fence: number
  /** While sending: when the attempt is given up as interrupted. */
  leaseUntil?: Date
}

/** A delivery as it was stored. */
export function toDelivery(doc: DeliveryDoc): Delivery {
  const { _id, partition: _p, open: _o, fence: _f, leaseUntil: _l, ...rest } = doc
  const { input, foundThere, problems, output, reason, attempts, ...plain } = rest
  return {
    id: _id,
    ...plain,
    attempts: attempts.map(toAttempt),
    ...(input === undefined ? {} : { input: JSON.parse(input) }),
    ...(foundThere === undefined ? {} : { foundThere: JSON.parse(foundThere) }),
    ...(problems === undefined ? {} : { problems: JSON.parse(problems) }),
    ...(output === undefined ? {} : { output: JSON.parse(output) }),
    ...(reason === undefined ? {} : { reason: JSON.parse(reason) }),
  }
}

/** Times are text in JSON. */
type StoredAttempt = Omit<Attempt, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt?: string }

function toAttempt(text: string): Attempt {
  const attempt: StoredAttempt = JSON.parse(text)
  return {
    ...attempt,
    startedAt: new Date(attempt.startedAt),
    endedAt: attempt.endedAt ? new Date(attempt.endedAt) : undefined,
  }
}

/** What is stored of a delivery that stands at this place of the work; what is undefined in it is not. */
export function toDeliveryDoc(
  delivery: Delivery,
  place: { partition: number; open: boolean; fence: number; leaseUntil?: Date },
): DeliveryDoc {
  const { id, input, foundThere, problems, output, reason, attempts, ...plain } = delivery
  return {
    _id: id,
    ...plain,
    attempts: attempts.map(attemptAsText),
    input: input && JSON.stringify(input),
    foundThere: foundThere && JSON.stringify(foundThere),
    problems: problems && JSON.stringify(problems),
    output: output && JSON.stringify(output),
    reason: reason && JSON.stringify(reason),
    partition: place.partition,
    open: place.open ? true : undefined,
    fence: place.fence,
    leaseUntil: place.leaseUntil,
  }
}

function attemptAsText(attempt: Attempt): string {
  const { startedAt, endedAt } = attempt
  // Times that are text already save half of the work: JSON would have to ask each date how it wants to be written.
  const stored: StoredAttempt = {
    ...attempt,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString(),
  }
  return JSON.stringify(stored)
}
