/** A field's name as people read it: `order_id` is “Order ID”. What somebody wrote in words stays as it is. */
export function nameInWords(name: string): string {
  if (Object.hasOwn(known, name)) return known[name] ?? name
  const words = isOneWord(name) ? name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase() : name
  const plain = words
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .replaceAll(abbreviations, (short) => short.toUpperCase())
  return plain.charAt(0).toUpperCase() + plain.slice(1) || name
}

const abbreviations = /(?<!\S)(?:api|cpc|crm|csv|html|id|ip|json|nps|pdf|seo|sku|sms|url|utm|vat|vip)(?!\S)/gi

/** `firstName`, but neither “First Name” nor “iPhone”. */
function isOneWord(name: string): boolean {
  return /^[a-z]{2,}[a-z0-9]*(?:[A-Z][a-z0-9]*)+$/.test(name)
}

/** What would say little if it were only spelled apart; the page has the same words. */
const known: Readonly<Record<string, string>> = {
  address_hash: 'Address, hidden',
  due_at: 'Due',
  duration_seconds: 'Duration in seconds',
  employee_count: 'Number of employees',
  end_at: 'End',
  external_id: 'ID in the tool',
  fbclid: 'Facebook click ID',
  gclid: 'Google click ID',
  idle_minutes: 'Minutes idle',
  is_first_order: 'First order',
  is_known_contact: 'Already known',
  lawful_basis: 'Legal basis',
  link_url: 'Link',
  livemode: 'Live, not a test',
  locale: 'Language',
  mta_response: 'Answer of the mail server',
  occurred_at: 'Happened at',
  page_url: 'Page',
  payment_ref: 'Payment reference',
  recovery_url: 'Link back to the cart',
  referrer: 'Came from',
  role_title: 'Job title',
  start_at: 'Start',
  timezone: 'Time zone',
  waited_seconds: 'Seconds waited',
  watched_percent: 'Percent watched',
  watched_seconds: 'Seconds watched',
}
