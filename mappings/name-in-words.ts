/** A field's name as people write it: `order_id` is “Order ID”. What somebody wrote in words stays as it is. */
export function nameInWords(name: string): string {
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
