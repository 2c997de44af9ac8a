/** A contact as the API shows one. Everything is text, and times carry the account's offset. */
export interface Contact {
  id: string
  email: string
  firstName: string
  lastName: string
  phone: string
  cdate: string
  udate: string
}

/** A tie between two things, which has a number of its own. */
export interface Tie {
  id: string
  contact: string
  to: string
  made: string
  status?: string
}

export interface Note {
  id: string
  on: string
  note: string
  cdate: string
}

export interface Deal {
  id: string
  cdate: string
  [field: string]: string | number | null | undefined
}

export interface Hook {
  id: string
  name: string
  url: string
  events: string[]
  sources: string[]
  /** `0` after one answer with status 410. */
  state: '0' | '1'
}

/** What an account holds, with ActiveCampaign's numbering: each kind counts for itself. */
export class Account {
  readonly contacts = new Map<string, Contact>()
  readonly tags = new Map<string, { id: string; tag: string; tagType: string }>()
  readonly contactTags = new Map<string, Tie>()
  readonly contactLists = new Map<string, Tie>()
  readonly contactAutomations = new Map<string, Tie>()
  readonly fieldValues = new Map<string, { id: string; contact: string; field: string; value: string }>()
  readonly notes = new Map<string, Note>()
  readonly deals = new Map<string, Deal>()
  readonly tasks = new Map<string, Record<string, unknown> & { id: string }>()
  readonly webhooks = new Map<string, Hook>()

  /* What somebody set up in the account before the hub came. */
  readonly lists = new Map([
    ['1', 'Newsletter'],
    ['2', 'Workshops'],
  ])
  readonly automations = new Map([
    ['1', 'Welcome'],
    ['2', 'Win back'],
  ])
  readonly fields = [
    { id: '1', title: 'Favourite colour', perstag: 'FAVOURITE_COLOUR', type: 'checkbox' },
    { id: '2', title: 'Company size', perstag: 'COMPANY_SIZE', type: 'text' },
  ]
  /** By stage: its pipeline. The second pipeline chooses no owner by itself. */
  readonly stages = new Map([
    ['1', '1'],
    ['2', '1'],
    ['3', '2'],
  ])

  readonly #counts = new Map<string, number>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  /** The next number of a kind. */
  next(kind: string, first = 1): string {
    const count = (this.#counts.get(kind) ?? first - 1) + 1
    this.#counts.set(kind, count)
    return String(count)
  }

  /** Now, as an account in Chicago writes it in winter. */
  time(): string {
    const shifted = new Date(this.#now().getTime() - 6 * 3_600_000)
    return `${shifted.toISOString().slice(0, 19)}-06:00`
  }

  byEmail(email: string): Contact | undefined {
    const wanted = email.toLowerCase()
    return [...this.contacts.values()].find((contact) => contact.email.toLowerCase() === wanted)
  }

  /** Makes a contact, or changes the one of this address. */
  sync(
    email: string,
    given: Partial<Pick<Contact, 'firstName' | 'lastName' | 'phone'>>,
  ): {
    contact: Contact
    isNew: boolean
  } {
    const known = this.byEmail(email)
    const at = this.time()
    const contact = known
      ? { ...known, ...given, udate: at }
      : {
          id: this.next('contact', 401),
          email,
          firstName: '',
          lastName: '',
          phone: '',
          ...given,
          cdate: at,
          udate: at,
        }
    this.contacts.set(contact.id, contact)
    return { contact, isNew: !known }
  }

  tagNames(contact: string): string[] {
    return [...this.contactTags.values()]
      .filter((tie) => tie.contact === contact)
      .map(({ to }) => this.tags.get(to)?.tag ?? '')
  }
}
