import type { Answered } from './stand-in.ts'

/** Where Stripe posts to, as somebody set it up. */
export interface Endpoint {
  id: string
  url: string
  secret: string
  description: string | null
  apiVersion: string | null
  types: string[]
  isOn: boolean
  created: number
}

export interface Customer {
  id: string
  email: string
  name: string
}

/** What a Stripe account in test mode holds. */
export class StripeAccount {
  readonly endpoints = new Map<string, Endpoint>()
  readonly customers = new Map<string, Customer>()
  /** Answers to requests with an idempotency key, and the parameters that they answer. */
  readonly answered = new Map<string, { asked: string; answer: Answered }>()
  readonly #now: () => Date
  #made = 0

  constructor(now: () => Date) {
    this.#now = now
  }

  /** A fresh id in Stripe's form. */
  next(prefix: string): string {
    this.#made++
    return `${prefix}_Sandbox${String(this.#made).padStart(4, '0')}`
  }

  seconds(): number {
    return Math.floor(this.#now().getTime() / 1000)
  }

  /** Whoever pays is a customer from then on. */
  customerNamed(email: string, name: string): Customer {
    const known = [...this.customers.values()].find((each) => each.email === email)
    if (known) return known
    const made = { id: this.next('cus'), email, name }
    this.customers.set(made.id, made)
    return made
  }
}
