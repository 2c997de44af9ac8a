import type { Dice } from './dice.ts'
import type { Happening } from './happening.ts'
import type { Person } from './people.ts'
import { checkout, customer, failedPayment, invoice, plans, refund, subscription } from './stripe-objects.ts'
import type { Plan } from './stripe-objects.ts'
import { atWork, inTheirTime } from './times-of-day.ts'
import { leftCart, referral, sentForm } from './website-requests.ts'

/** What somebody does over some days, from a day on; what lies in the future has not happened yet. */
export type Story = (person: Person, from: Date, dice: Dice) => Happening[]

const MINUTE_MS = 60_000
const after = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE_MS)

/** Looks around, tries it for two weeks, and stays: form, trial, purchase, invoice. One in four leaves again. */
const triesAndBuys: Story = (person, from, dice) => {
  const plan = planFor(person)
  const asked = inTheirTime(from, 0, dice)
  const began = inTheirTime(from, dice.between(1, 2), dice)
  const bought = inTheirTime(from, dice.between(7, 11), dice)
  const ids = subscriptionIds(dice)
  const left = inTheirTime(from, dice.between(16, 22), dice)
  return [
    website(asked, sentForm(person, 'demo', dice)),
    ...(dice.in100(55) ? [newsletter(after(asked, dice.between(1, 9)), person, 'subscribe')] : []),
    ...(dice.in100(45) ? [meeting(after(asked, dice.between(20, 300)), person, dice)] : []),
    stripe(began, 'customer.created', customer(person)),
    stripe(
      after(began, 1),
      'customer.subscription.created',
      subscription(person, plan, {
        id: ids.trial,
        at: began,
        status: 'trialing',
        trialEnds: after(began, 14 * 1_440),
      }),
    ),
    ...reads(person, after(began, dice.between(30, 200)), dice, dice.between(1, 3)),
    ...buys(person, plan, bought, ids, dice),
    ...(dice.in100(25)
      ? [cancels(left, person, plan, ids.paid, dice.pick(['switched_service', 'unused', 'missing_features']))]
      : []),
  ]
}

/** Tries it and leaves when the trial is over, sometimes with the reminder in between. */
const triesAndLeaves: Story = (person, from, dice) => {
  const plan = planFor(person)
  const began = inTheirTime(from, 0, dice)
  const ids = subscriptionIds(dice)
  const trialEnds = after(began, 14 * 1_440)
  const told = { id: ids.trial, at: began, trialEnds }
  return [
    stripe(began, 'customer.created', customer(person)),
    stripe(
      after(began, 1),
      'customer.subscription.created',
      subscription(person, plan, { ...told, status: 'trialing' }),
    ),
    ...reads(person, after(began, dice.between(15, 90)), dice, dice.between(0, 2)),
    stripe(
      after(trialEnds, -3 * 1_440),
      'customer.subscription.trial_will_end',
      subscription(person, plan, { ...told, status: 'trialing' }),
    ),
    cancels(trialEnds, person, plan, ids.trial, dice.pick(['too_expensive', 'unused', 'too_complex'])),
  ]
}

/** Has been paying for long: an invoice each month, now and then after a card that did not work. */
const pays: Story = (person, from, dice) => {
  const plan = planFor(person)
  const ids = subscriptionIds(dice)
  const due = inTheirTime(from, 0, dice)
  const failsFirst = dice.in100(22)
  const paid = failsFirst ? inTheirTime(from, dice.between(1, 3), dice) : due
  const bill = invoice(person, plan, {
    id: ids.invoice,
    number: ids.number,
    subscription: ids.paid,
    reason: 'subscription_cycle',
  })
  return [
    ...(failsFirst ? [stripe(due, 'payment_intent.payment_failed', failedPayment(person, plan, dice))] : []),
    ...(failsFirst && dice.in100(20)
      ? [cancels(paid, person, plan, ids.paid, 'too_expensive')]
      : [stripe(paid, 'invoice.paid', bill)]),
    ...(dice.in100(30) ? reads(person, after(due, dice.between(60, 3_000)), dice, 1) : []),
  ]
}

/** Fills a cart with things for the front desk, leaves, and comes back in one of three cases. */
const leavesACart: Story = (person, from, dice) => {
  const { body, cents, product } = leftCart(person, dice)
  const left = inTheirTime(from, 0, dice)
  const sale = { id: dice.token(16), cents, product }
  const bought = inTheirTime(from, dice.between(1, 2), dice)
  return [
    website(left, body),
    ...(dice.in100(40) ? [stripe(bought, 'checkout.session.completed', checkout(person, sale))] : []),
    ...(dice.in100(7)
      ? [stripe(inTheirTime(from, dice.between(5, 8), dice), 'charge.refunded', refund(person, sale))]
      : []),
  ]
}

/** Reads along by mail. */
const subscribes: Story = (person, from, dice) => {
  const joined = inTheirTime(from, 0, dice)
  const opened = dice.between(0, 3)
  return [
    newsletter(joined, person, 'subscribe'),
    ...Array.from({ length: opened }, (_, week) =>
      newsletter(atWork(from, 2 + week * 7, dice), person, dice.in100(35) ? 'click' : 'open'),
    ),
    ...(dice.in100(14) ? [newsletter(inTheirTime(from, 9, dice), person, 'unsubscribe')] : []),
  ]
}

/** Asks something, and perhaps talks to somebody. */
const asks: Story = (person, from, dice) => {
  const asked = inTheirTime(from, 0, dice)
  return [
    website(asked, sentForm(person, dice.weighted({ contact: 5, demo: 3, pricing: 4 }), dice)),
    ...(dice.in100(30) ? [meeting(after(asked, dice.between(30, 900)), person, dice)] : []),
    ...(dice.in100(35) ? reads(person, after(asked, dice.between(2, 60)), dice, 1) : []),
  ]
}

/** Puts themselves on the list of a webinar, which is a sheet. */
const comesToTheWebinar: Story = (person, from, dice) => {
  const joined = atWork(from, 0, dice)
  return [
    {
      at: joined,
      tool: 'google-sheets',
      event: 'row.added',
      about: {
        sheet: 'Leads',
        email: person.email,
        name: person.fullName,
        phone: person.phone,
        source: 'Webinar',
      },
    },
    ...(dice.in100(50) ? [website(inTheirTime(from, 3, dice), sentForm(person, 'pricing', dice))] : []),
  ]
}

/** A partner’s portal sends somebody on. */
const isReferred: Story = (person, from, dice) => {
  const sent = atWork(from, 0, dice)
  return [
    { at: sent, tool: 'portal', body: referral(person, dice) },
    ...(dice.in100(50) ? [website(inTheirTime(from, 1, dice), sentForm(person, 'demo', dice))] : []),
  ]
}

/** What people do, and how many of a hundred and fifty do it. */
export const stories = {
  triesAndBuys: { story: triesAndBuys, people: 20 },
  triesAndLeaves: { story: triesAndLeaves, people: 12 },
  pays: { story: pays, people: 32 },
  leavesACart: { story: leavesACart, people: 26 },
  subscribes: { story: subscribes, people: 26 },
  asks: { story: asks, people: 18 },
  comesToTheWebinar: { story: comesToTheWebinar, people: 8 },
  isReferred: { story: isReferred, people: 8 },
} as const

function planFor({ teachers }: Person): Plan {
  if (teachers === 1) return 'solo'
  return teachers < 11 ? 'studio' : 'chain'
}

function subscriptionIds(dice: Dice) {
  return {
    trial: `sub_${dice.token(14)}`,
    paid: `sub_${dice.token(14)}`,
    invoice: `in_${dice.token(14)}`,
    number: `FW-${dice.between(2_100, 9_899)}`,
  }
}

/** A sale as Stripe tells it: a page that was paid, the subscription, and the invoice that means the same sale. */
function buys(
  person: Person,
  plan: Plan,
  at: Date,
  ids: ReturnType<typeof subscriptionIds>,
  dice: Dice,
): Happening[] {
  const sold = {
    id: dice.token(16),
    cents: plans[plan].cents,
    invoice: ids.invoice,
    subscription: ids.paid,
    product: plans[plan].nickname,
  }
  const bill = {
    id: ids.invoice,
    number: ids.number,
    subscription: ids.paid,
    reason: 'subscription_create',
  } as const
  return [
    stripe(at, 'checkout.session.completed', checkout(person, sold)),
    stripe(
      after(at, 0.05),
      'customer.subscription.created',
      subscription(person, plan, { id: ids.paid, at, status: 'active' }),
    ),
    stripe(after(at, 0.1), 'invoice.paid', invoice(person, plan, bill)),
  ]
}

const cancels = (at: Date, person: Person, plan: Plan, id: string, feedback: string): Happening =>
  stripe(
    at,
    'customer.subscription.deleted',
    subscription(person, plan, { id, at, status: 'canceled', feedback }),
  )

const pages = {
  timetable: 'Timetable',
  memberships: 'Memberships and passes',
  pricing: 'Pricing',
  'import-from-spreadsheet': 'Import from a spreadsheet',
  payments: 'Payments',
} as const

/** Opens a mail, looks at pages: Mautic sees it. */
function reads({ email, fullName, company }: Person, from: Date, dice: Dice, times: number): Happening[] {
  const who = { email, name: fullName, ...(company ? { company } : {}) }
  return Array.from({ length: times }, (_, index): Happening => {
    const at = after(from, index * dice.between(5, 1_500))
    if (dice.in100(40)) return { at, tool: 'mautic', event: 'mautic.email_on_open', about: who }
    const page = dice.weighted({
      timetable: 3,
      memberships: 3,
      pricing: 4,
      'import-from-spreadsheet': 2,
      payments: 2,
    })
    const about = { ...who, url: `https://fernwick.example/${page}`, title: pages[page] }
    return { at, tool: 'mautic', event: 'mautic.page_on_hit', about }
  })
}

const website = (at: Date, body: Record<string, unknown>): Happening => ({ at, tool: 'website', body })

const stripe = (at: Date, type: string, object: Record<string, unknown>): Happening => ({
  at,
  tool: 'stripe',
  type,
  object,
})

const newsletter = (at: Date, { email, fullName }: Person, event: string): Happening => ({
  at,
  tool: 'activecampaign',
  event,
  about: { email, name: fullName, list: '1', url: 'https://fernwick.example/autumn' },
})

function meeting(at: Date, { email, fullName, company }: Person, dice: Dice): Happening {
  const start = atWork(at, dice.between(1, 4), dice)
  start.setMinutes(dice.pick([0, 30]), 0, 0)
  const title = `Fernwick demo${company ? `: ${company}` : ''}`
  return {
    at,
    tool: 'google-calendar',
    event: 'meeting.booked',
    about: { email, name: fullName, title, start: start.toISOString() },
  }
}
