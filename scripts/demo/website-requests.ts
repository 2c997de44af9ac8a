import type { Dice } from './dice.ts'
import type { Person } from './people.ts'

const forms = {
  demo: { name: 'Ask for a demo', page: 'demo' },
  contact: { name: 'Contact us', page: 'contact' },
  pricing: { name: 'Question about prices', page: 'pricing' },
} as const

const messages = {
  demo: [
    'We have two rooms and outgrew our spreadsheet. Could you show us the waiting list?',
    'Can members book on their phones without an app?',
    'We open a second studio in spring and would like to see both in one timetable.',
    'Is there a way to take over class passes that people have bought already?',
  ],
  contact: [
    'Do you have an integration with our door system?',
    'Please call me back, mornings are best.',
    'Where can I see who has not shown up?',
    'We run retreats as well. Can people pay in two parts?',
  ],
  pricing: [
    'Which plan do we need for six teachers, two of them part-time?',
    'Is there a yearly price?',
    'What happens to the price when we add a second location?',
    'Do teachers who only substitute count?',
  ],
} as const

/** A form of the company’s website, as the website posts it. */
export function sentForm(person: Person, form: keyof typeof forms, dice: Dice): Record<string, unknown> {
  const { name, page } = forms[form]
  const { firstName, lastName, email, phone, company, role, teachers, address, locale, campaign } = person
  return {
    type: 'form.submitted',
    form_id: form,
    form_name: name,
    fields: { message: dice.pick(messages[form]), teachers, role },
    contact: {
      email,
      first_name: firstName,
      last_name: lastName,
      full_name: `${firstName} ${lastName}`,
      ...(dice.in100(70) ? { phone } : {}),
      ...(company ? { company } : {}),
      job_title: role,
      city: address.city,
      country: address.country,
      locale,
    },
    page_url: `https://fernwick.example/${page}`,
    utm_source: campaign.source,
    utm_medium: campaign.medium,
    ...(campaign.name ? { utm_campaign: campaign.name } : {}),
  }
}

const goods = [
  { product_id: 'tablet-stand', name: 'Tablet stand for check-in', cents: 8_900 },
  { product_id: 'door-reader', name: 'Door reader', cents: 21_900 },
  { product_id: 'member-cards-100', name: '100 member cards', cents: 4_500 },
  { product_id: 'poster-set', name: 'Poster set “Book your mat”', cents: 2_400 },
] as const

/** A cart that was left in the company’s shop, with what was in it. */
export function leftCart(
  person: Person,
  dice: Dice,
): { body: Record<string, unknown>; cents: number; product: string } {
  const first = dice.pick(goods)
  const second = dice.pick(goods)
  const lines = dice.in100(40) && second !== first ? [first, second] : [first]
  const cents = lines.reduce((sum, line) => sum + line.cents, 0)
  const cartId = `cart_${dice.token(10)}`
  const { email, firstName, lastName, fullName, locale, campaign } = person
  const body = {
    type: 'cart.abandoned',
    data: {
      cart_id: cartId,
      products: lines.map(({ cents: each, ...line }) => ({ ...line, quantity: 1, price: each / 100 })),
      total: cents / 100,
      currency: 'EUR',
      idle_minutes: 60,
      recovery_url: `https://shop.fernwick.example/cart/${cartId}`,
      utm_source: campaign.source,
      utm_medium: campaign.medium,
    },
    contact: { email, first_name: firstName, last_name: lastName, full_name: fullName, locale },
  }
  return { body, cents, product: first.name }
}

/** A person whom a partner sends on, as the partner’s portal posts it: under a name of its own. */
export function referral(person: Person, dice: Dice): Record<string, unknown> {
  const { email, firstName, lastName, company, address } = person
  return {
    event_id: `ref_${dice.token(12)}`,
    type: 'referral.sent',
    partner: dice.pick(['Mindful Business', 'Studio Insure', 'Mat & Music']),
    contact: {
      email,
      first_name: firstName,
      last_name: lastName,
      ...(company ? { company } : {}),
      city: address.city,
    },
  }
}
