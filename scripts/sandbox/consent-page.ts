import type { SignInSettings } from './sign-in.ts'

/** The page on which a person agrees, or not, to some of what is asked for or to all of it. */
export function consentPage(
  { vendor, account }: Pick<SignInSettings, 'vendor' | 'account'>,
  path: string,
  query: URLSearchParams,
  scopes: readonly string[],
): string {
  const kept = [...query].map(([name, value]) => hidden(name, value)).join('')
  const boxes = scopes.map(
    (scope) =>
      `<p><label><input type="checkbox" name="agreed" value="${escaped(scope)}" checked> ${escaped(scope)}</label>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in · ${escaped(vendor)}</title>
<style>body{font:16px/1.5 system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.4rem 1rem;margin-right:.5rem}</style>
<h1>${escaped(vendor)}</h1>
<p>This is a stand-in on your own machine. You are signed in as <b>${escaped(account)}</b>.</p>
<p><b>Switchyard</b> wants to act for you${scopes.length > 0 ? ':' : '.'}</p>
<form action="${escaped(path)}">${kept}${scopes.length > 0 ? hidden('chosen', 'yes') : ''}${boxes.join('')}
<p><button name="answer" value="agree">Agree</button><button name="answer" value="no">No, thank you</button></form></html>`
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
