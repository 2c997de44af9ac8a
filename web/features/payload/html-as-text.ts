/** Whether a text is written as HTML, and not merely holds a “<”. */
export function isHtml(text: string): boolean {
  return /<(?:!doctype|\/?(?:a|b|blockquote|body|br|div|em|h[1-6]|hr|html|i|img|li|ol|p|span|strong|table|td|th|tr|u|ul))(?:\s[^<>]*)?\/?>/i.test(
    text,
  )
}

/**
 * What HTML says, for people to read. It is never shown as HTML: the document that it is read into runs nothing, fetches
 * nothing and is thrown away. Where a link leads stands behind its words.
 */
export function htmlAsText(html: string): string {
  return textOf(new DOMParser().parseFromString(html, 'text/html').body)
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replaceAll(/\s+/g, ' ')
  if (!(node instanceof Element) || unspoken.has(node.localName)) return ''
  const inner = [...node.childNodes].map(textOf).join('')
  switch (node.localName) {
    case 'br':
      return '\n'
    case 'img':
      return node.getAttribute('alt') ?? ''
    case 'a':
      return withAddress(inner, node.getAttribute('href') ?? '')
    case 'li':
      return `\n• ${inner.trim()}\n`
    case 'td':
    case 'th':
      return `${inner} `
    case 'p':
      return `\n\n${inner}\n\n`
    default:
      return /^(?:blockquote|div|h[1-6]|hr|ol|table|tr|ul)$/.test(node.localName) ? `\n${inner}\n` : inner
  }
}

const unspoken = new Set(['script', 'style', 'template', 'title', 'noscript', 'iframe', 'object'])

function withAddress(words: string, href: string): string {
  return /^(?:https?|mailto|tel):/i.test(href) && words.trim() !== href ? `${words} (${href})` : words
}
