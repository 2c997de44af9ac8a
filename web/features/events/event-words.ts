/** An event's name in words: `order.paid` is “Order paid”. */
export function eventWords(name: string): string {
  const words = name.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
