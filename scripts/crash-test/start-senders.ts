import { openHttpConnection } from '../harness/http-connection.ts'
import type { HttpConnection } from '../harness/http-connection.ts'
import { signedRequest } from '../harness/signed-request.ts'
import { checkoutBody, contactBody } from '../harness/webhook-bodies.ts'
import { printSubject } from './subject.ts'
import type { Subject } from './subject.ts'
import type { Entrances } from './wire-flows.ts'

/** Vendors that post as fast as they are answered, and post again what was not acknowledged. */
export interface Senders {
  /** Subjects that were answered 2xx. */
  acknowledged: Set<string>
  /** Every 2xx for a genuine request, repeated and unreadable ones included. */
  receipts: number
  /** Requests with a wrong signature that were answered 401. */
  refused: number
  /** Answers that are none of 2xx, 503 and 401 for a wrong signature, with how often each came. */
  unexpected: Map<number, number>
  /** Ends once everything begun has been acknowledged. */
  finish(): Promise<void>
}

const RETRY_MS = 25
/** Of a hundred posts so many are sent twice, cannot be read, or carry a wrong signature. */
const REPEATED = 0.03
const UNREADABLE = 0.01
const FORGED = 0.01

/**
 * Starts `connections` senders. Each has its own people and posts their events one after the other, so that the order
 * of acknowledgement per person is the order of their numbers. `ports` are used in turn.
 */
export function startSenders(options: {
  connections: number
  people: number
  ports: readonly number[]
  entrances: Entrances
  random: () => number
  /** False while so much is under way that nothing should be added. */
  mayGoOn: (acknowledged: number) => boolean
}): Senders {
  const { connections, people, ports, entrances, random, mayGoOn } = options
  const senders: Senders = {
    acknowledged: new Set(),
    receipts: 0,
    refused: 0,
    unexpected: new Map(),
    finish,
  }
  let finishing = false
  const running = Array.from({ length: connections }, async (_, at) => {
    const links = ports.map(openHttpConnection)
    await send(at, links)
    for (const link of links) link.close()
  })

  async function send(first: number, links: readonly HttpConnection[]): Promise<void> {
    let turn = first
    for (let sequence = 1; !finishing; sequence++) {
      for (let person = first; person < people && !finishing; person += connections) {
        while (!mayGoOn(senders.acknowledged.size) && !finishing) await pause()
        const subject: Subject = { kind: person % 2 === 0 ? 'buyer' : 'lead', person, sequence }
        await postUntilTaken(subject, () => links[turn++ % links.length])
      }
    }
  }

  async function postUntilTaken(subject: Subject, link: () => HttpConnection | undefined): Promise<void> {
    const dice = random()
    if (dice < UNREADABLE) await postOther(subject, 'not what was promised', link())
    else if (dice < UNREADABLE + FORGED) await postOther(subject, undefined, link())
    const times = random() < REPEATED ? 2 : 1
    for (let time = 0; time < times; time++) {
      while (!(await isTaken(subject, link()))) await pause()
    }
  }

  async function isTaken(subject: Subject, link: HttpConnection | undefined): Promise<boolean> {
    const { path, signing } = entrances[subject.kind]
    const status = (await link?.post(signedRequest(path, bodyOf(subject), signing, new Date()))) ?? 0
    const taken = status >= 200 && status < 300
    if (taken) {
      senders.receipts++
      senders.acknowledged.add(printSubject(subject))
    } else {
      note(status)
    }
    return taken
  }

  /** A genuine request that nobody can read, or (without a body of its own) a readable one that is not genuine. */
  async function postOther(
    subject: Subject,
    body: string | undefined,
    link: HttpConnection | undefined,
  ): Promise<void> {
    const { path, signing } = entrances[subject.kind]
    const secret = body === undefined ? `not ${signing.secret}` : signing.secret
    const request = signedRequest(path, body ?? bodyOf(subject), { ...signing, secret }, new Date())
    const status = (await link?.post(request)) ?? 0
    if (body !== undefined && status === 202) senders.receipts++
    else if (body === undefined && status === 401) senders.refused++
    else note(status)
  }

  function note(status: number): void {
    if (status === 0 || status === 503) return
    senders.unexpected.set(status, (senders.unexpected.get(status) ?? 0) + 1)
  }

  async function finish(): Promise<void> {
    finishing = true
    await Promise.all(running)
  }

  return senders
}

function bodyOf(subject: Subject): string {
  const name = printSubject(subject)
  const { kind, person, sequence } = subject
  const fact = { eventId: `evt_${name}`, subject: name, person, cents: 1000 + sequence }
  return kind === 'buyer' ? checkoutBody(fact) : contactBody(fact)
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, RETRY_MS))
}
