/** A whole document, which is what mail programs expect: a piece of HTML gets one around it, a document stays. */
export function htmlDocument(html: string, preheader: string | undefined): string {
  const isDocument = /<(?:html|body)[\s>]/i.test(html)
  const document = isDocument
    ? html
    : `<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n${html}\n</body></html>`
  if (!preheader) return document
  const hidden = `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escaped(preheader)}</div>`
  const body = /<body[^>]*>/i.exec(document)
  if (!body) return hidden + document
  const at = body.index + body[0].length
  return document.slice(0, at) + hidden + document.slice(at)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
