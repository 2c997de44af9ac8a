import { connectorContract } from '#sdk/testing'
import { describe, expect, it } from 'vitest'
import smtp from './index.ts'
import { htmlDocument } from './html-document.ts'
import { textOfHtml } from './text-of-html.ts'

connectorContract(smtp, import.meta.dirname)

describe('the settings of a mail server', () => {
  const serverOf = (more: Record<string, unknown>) =>
    smtp.auth.mail?.(
      smtp.auth.fields.parse({ host: 'smtp.example.org', fromAddress: 'a@example.org', ...more }),
    )

  it('encrypt on the usual port unless somebody says otherwise', () => {
    expect(serverOf({})).toEqual({
      host: 'smtp.example.org',
      port: 587,
      security: 'starttls',
      trustsAnyCertificate: false,
    })
    expect(serverOf({ security: 'tls' })).toMatchObject({ port: 465 })
    expect(serverOf({ security: 'none', port: 2525 })).toMatchObject({ port: 2525 })
  })

  it.each(['smtp://example.org', 'example.org:587', 'a b', '-x.example', 'x\r\ny', ''])(
    'are no address with anything around it: %j',
    (host) => {
      expect(smtp.auth.fields.safeParse({ host, fromAddress: 'a@example.org' }).success).toBe(false)
    },
  )

  it.each(['smtp.bücher.example', '127.0.0.1', '[fd00::1]', 'mail'])('may be %s', (host) => {
    expect(smtp.auth.fields.safeParse({ host, fromAddress: 'a@bücher.example' }).success).toBe(true)
  })
})

describe('a mail in HTML', () => {
  it('reads as text, too: lines, lists, links, and nothing that is not seen', () => {
    const html = `<html><head><title>x</title><style>p { color: red }</style></head><body><!-- <p>not this</p> -->
      <h1>Thank you, Zo&euml; &amp; co!</h1><p>Your order <b>4711</b>
      is on its way.<br>Track it <a href="https://example.org/t?a=1&amp;b=2">here</a>.</p>
      <ul><li>Tea</li><li>Milk</li></ul><script>alert('<p>')</script>
      <table><tr><td>Total</td><td>49.90&nbsp;&#8364;</td></tr></table></body></html>`
    expect(textOfHtml(html)).toBe(
      [
        'Thank you, Zoë & co!',
        '',
        'Your order 4711 is on its way.',
        'Track it here (https://example.org/t?a=1&b=2).',
        '',
        '- Tea',
        '- Milk',
        '',
        'Total 49.90 €',
      ].join('\n'),
    )
  })

  it('loses no words as text, be it of HTML that leaves out what may be left out', () => {
    expect(textOfHtml('<html><head><meta charset="utf-8"><title>x</title><body><p>Hello</body></html>')).toBe(
      'Hello',
    )
    expect(textOfHtml('<p>5 < 6, and I <3 you</p><p>Bye</p>')).toBe('5 < 6, and I <3 you\n\nBye')
    expect(textOfHtml('<p class=it"s>It’s</p><p title="never closed>so</p><p>Bye</p>')).toBe(
      'It’s\n\nso\n\nBye',
    )
  })

  it('takes nothing for a tag that is in a quoted value, and no script for HTML', () => {
    expect(textOfHtml(`<p title="a > b" class='x>y'>One</p>`)).toBe('One')
    expect(
      textOfHtml('<p>One</p><script>if (a<b) c("<p>")</script><style>a::after { content: "<" }</STYLE>Two'),
    ).toBe('One\n\nTwo')
    expect(textOfHtml('<title>5 < 6</title><p>One</p>')).toBe('One')
  })

  it('is read in a moment, however broken it is', () => {
    for (const piece of [
      '<',
      '<!--',
      '<a href=',
      '<script>',
      '&#',
      '<a href="x">',
      '<a href="x',
      "<a b='>",
      '<a =   ',
      '<p>x ',
      '<br>',
      '\n \n',
    ]) {
      expect(textOfHtml(piece.repeat(100_000)).length).toBeLessThan(800_000)
    }
  })

  it('becomes a whole document, with the preview line where inboxes look for it and readers do not', () => {
    const hidden =
      '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">5 &lt; 6 &amp; more</div>'
    expect(htmlDocument('<p>Hello</p>', '5 < 6 & more')).toBe(
      `<!doctype html>\n<html><head><meta charset="utf-8"></head><body>${hidden}\n<p>Hello</p>\n</body></html>`,
    )
    expect(htmlDocument('<html><body class="a">Hello</body></html>', '5 < 6 & more')).toBe(
      `<html><body class="a">${hidden}Hello</body></html>`,
    )
    expect(htmlDocument('<html><body>Hello</body></html>', undefined)).toBe('<html><body>Hello</body></html>')
  })
})
