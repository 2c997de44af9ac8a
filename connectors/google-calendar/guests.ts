import type { ContactDraft } from '#sdk'
import type { EventResource, Person } from './event-resource.ts'

/** Somebody outside who takes part. */
export interface Guest {
  contact: ContactDraft
  email: string
  /** `needsAction`, `accepted`, `tentative` or `declined`. */
  response: string
}

/** Where anybody can have an address, so that sharing the domain makes nobody a colleague. */
const publicDomains = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com gmx.de ' +
    'gmx.net web.de proton.me protonmail.com wp.pl o2.pl onet.pl interia.pl ukr.net i.ua mail.com'
  ).split(' '),
)

/**
 * The people of a meeting who are neither the owner of the calendar, nor colleagues, nor rooms. Who organises counts
 * too: it may be the customer who invited.
 */
export function guestsOf(event: EventResource, colleagues: string | undefined): Guest[] {
  const { attendees, organizer } = event
  const everybody = [...(attendees ?? []), ...(organizer ? [organizer] : [])]
  const ours = ownDomains(event, colleagues)
  const guests = new Map<string, Guest>()
  for (const person of everybody) {
    const email = person.email?.trim().toLowerCase()
    if (!email?.includes('@') || guests.has(email) || isOwn(person, email, ours)) continue
    const name = person.displayName?.trim()
    const contact = { email, ...(name && name !== email ? { full_name: name } : {}) }
    guests.set(email, { contact, email, response: person.responseStatus ?? 'accepted' })
  }
  return [...guests.values()]
}

function isOwn({ self, resource }: Person, email: string, ours: ReadonlySet<string>): boolean {
  const domain = domainOf(email)
  return Boolean(self) || Boolean(resource) || ours.has(domain) || domain.endsWith('calendar.google.com')
}

function ownDomains({ attendees, organizer, creator }: EventResource, colleagues = ''): Set<string> {
  const selves = [...(attendees ?? []), organizer].filter((person) => person?.self)
  // A team's calendar has an address of Google's; whoever made the event in it is one of the team.
  const makers = organizer?.self ? [creator] : []
  const learnt = [...selves, ...makers]
    .map((person) => domainOf(person?.email?.toLowerCase() ?? ''))
    .filter((domain) => domain !== '' && !publicDomains.has(domain))
  const named = colleagues.split(/[\s,;]+/).map((domain) => domain.toLowerCase().replace(/^@/, ''))
  return new Set([...learnt, ...named.filter((domain) => domain !== '')])
}

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1)
