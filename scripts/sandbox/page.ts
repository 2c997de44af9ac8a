import type { Character, Posted, Received } from './stand-in.ts'

/** What a stand-in's page shows. */
interface Shown extends Pick<Character, 'name' | 'webhooks' | 'show'> {
  state: Record<string, unknown>
  received: readonly Received[]
  posted: readonly (Posted & { at: string; event: string })[]
}

/** A stand-in's page: what it holds, and what it was sent and has posted, newest first. */
export function page(shown: Shown): string {
  const name = escapeHtml(shown.name)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>${name}</title>
<style>body{font:15px/1.5 system-ui;margin:2rem;max-width:75rem}pre{background:#f4f4f4;padding:.5rem;overflow:auto;margin:0}
td,th{vertical-align:top;text-align:left;padding:.25rem .75rem .25rem 0}</style>
<h1>${name}</h1>
<p><a href="/_reset">Forget everything</a>. The same as data: <a href="/_received">/_received</a>.</p>
${shown.show?.() ?? held(shown)}</html>`
}

function held({ webhooks, state, received, posted }: Shown): string {
  const rows = received
    .toReversed()
    .map(
      ({ at, method, path, status, note, body }) =>
        `<tr><td>${at.slice(11, 19)}<td>${status || 'broken'}<td>${escapeHtml(method)} ${escapeHtml(path)}<td>${escapeHtml(note ?? '')}<td><pre>${escapeHtml(body.slice(0, 2_000))}</pre>`,
    )
  const records = Object.entries(state).map(
    ([what, value]) => `<h2>${escapeHtml(what)}</h2><pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`,
  )
  return `<p>Make the next two requests fail: <a href="/_fail?status=503&amp;times=2">with status 503</a>,
<a href="/_fail?status=429&amp;times=2&amp;retry-after=5">with 429</a>,
<a href="/_fail?status=0&amp;times=1&amp;when=after">by breaking off after the work is done</a>.</p>
${webhooks ? postings(webhooks.names, posted) : ''}
${records.join('\n')}
<h2>Requests (${received.length})</h2>
<table><tr><th>UTC<th>Status<th>Request<th>Note<th>Body</tr>${rows.join('\n')}</table>`
}

/** A link for each webhook, and what became of those that were posted. */
function postings(names: readonly string[], posted: Shown['posted']): string {
  const links = names.map(
    (event) => `<a href="/_emit?event=${encodeURIComponent(event)}">${escapeHtml(event)}</a>`,
  )
  const rows = posted
    .toReversed()
    .map(
      ({ at, event, url, status, body }) =>
        `<tr><td>${at.slice(11, 19)}<td>${status || 'nobody answered'}<td>${escapeHtml(event)}<td>${escapeHtml(url)}<td><pre>${escapeHtml(body.slice(0, 2_000))}</pre>`,
    )
  return `<p>Post a webhook: ${links.join(' · ')}. Who it is about can be said as <code>&amp;email=…</code>, and another
address to post it to as <code>&amp;to=…</code>.</p>
<h2>Webhooks posted (${posted.length})</h2>
<table><tr><th>UTC<th>Status<th>Event<th>To<th>Body</tr>${rows.join('\n')}</table>`
}

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
