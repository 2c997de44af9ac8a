import { createHash } from 'node:crypto'

/** The contact fields of this Mautic, by alias, with their types. Others are left out without a word, as there. */
export const contactFields: Readonly<Record<string, string>> = {
  title: 'lookup',
  firstname: 'text',
  lastname: 'text',
  company: 'text',
  position: 'text',
  email: 'email',
  mobile: 'tel',
  phone: 'tel',
  address1: 'text',
  address2: 'text',
  city: 'text',
  state: 'region',
  zipcode: 'text',
  country: 'country',
  preferred_locale: 'locale',
  website: 'url',
  favourite_colour: 'multiselect',
  company_size: 'number',
}

export interface Contact {
  id: number
  values: Record<string, string>
  tags: string[]
  points: number
  stage: number | null
  /** Channels they may not be written to, and why (1 unsubscribed, 2 bounced, 3 manual). */
  doNotContact: Record<string, number>
  dateAdded: string
}

export interface Note {
  id: number
  contact: number
  text: string
  type: string
  dateTime: string
}

export interface Webhook {
  id: number
  name: string
  webhookUrl: string
  secret: string
  triggers: string[]
  isPublished: boolean
}

/** What one Mautic holds, with Mautic's numbering: each kind counts for itself, in numbers. */
export class Instance {
  readonly contacts = new Map<number, Contact>()
  /** By segment or campaign: who is in it, and since when. */
  readonly segments = new Map<number, Map<number, string>>([
    [1, new Map()],
    [2, new Map()],
  ])
  readonly campaigns = new Map<number, Map<number, string>>([
    [1, new Map()],
    [2, new Map()],
  ])
  readonly emails = new Map([
    [5, 'Welcome'],
    [6, 'Receipt'],
  ])
  readonly stages = new Map([
    [1, 'Visitor'],
    [2, 'Lead'],
    [3, 'Customer'],
  ])
  readonly notes = new Map<number, Note>()
  readonly sent: { email: number; contact: number; tokens: unknown }[] = []
  readonly webhooks = new Map<number, Webhook>()
  readonly #counts = new Map<string, number>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  next(kind: string, first: number): number {
    const count = (this.#counts.get(kind) ?? first - 1) + 1
    this.#counts.set(kind, count)
    return count
  }

  /** Seconds, as PHP's format `c` has them. */
  time(): string {
    return `${this.#now().toISOString().slice(0, 19)}+00:00`
  }

  byEmail(email: string): Contact | undefined {
    const wanted = email.toLowerCase()
    return [...this.contacts.values()].find(({ values }) => values.email?.toLowerCase() === wanted)
  }

  create(): Contact {
    const id = this.next('contact', 201)
    const contact = {
      id,
      values: {},
      tags: [],
      points: 0,
      stage: null,
      doNotContact: {},
      dateAdded: this.time(),
    }
    this.contacts.set(id, contact)
    return contact
  }

  /** What Mautic makes up where nobody gives a secret. */
  madeUpSecret(): string {
    return createHash('sha256').update(this.time()).digest('hex')
  }
}

/** A contact as the API and the webhooks show one: fields in groups, with everything about them. */
export function shownContact(
  instance: Instance,
  contact: Contact,
  under: 'api' | 'webhook',
): Record<string, unknown> {
  const { id, values, tags, points, stage, dateAdded } = contact
  const core = Object.fromEntries(
    Object.entries(contactFields).map(([alias, type], at) => {
      const value = values[alias] === undefined ? null : encoded(values[alias])
      const about = { id: String(at + 1), label: alias, alias, type, group: 'core', object: 'lead' }
      return [alias, { ...about, is_fixed: '1', value }]
    }),
  )
  const all = Object.fromEntries(Object.keys(contactFields).map((alias) => [alias, values[alias] ?? null]))
  return {
    id,
    isPublished: true,
    dateAdded,
    points,
    color: null,
    fields: {
      core,
      // PHP writes an empty list of fields as a list.
      social: [],
      personal: [],
      professional: [],
      ...(under === 'api' ? { all: { id, points, ...all } } : {}),
    },
    tags: tags.map((tag, at) => ({ id: at + 1, tag: encoded(tag) })),
    stage: stage === null ? null : { id: stage, name: instance.stages.get(stage) },
    owner: null,
    doNotContact: Object.entries(contact.doNotContact).map(([channel, reason]) => ({ channel, reason })),
  }
}

/** Mautic cleans what it is given by writing it as HTML. */
function encoded(text: string): string {
  return text.replaceAll('&', '&#38;').replaceAll('<', '&#60;').replaceAll('"', '&#34;')
}
