/** What the page of the hub listens to, to hear of a sign-in in a window it has opened. */
const CHANNEL = 'switchyard-sign-in'

/**
 * The page on which a sign-in at a vendor ends. It tells the page it was opened from, on this address alone, and closes
 * where there is nothing to read.
 */
export function signInPage({
  outcome,
  code,
  connectionId,
  title,
  text,
  closes = false,
  nonce,
}: {
  outcome: 'signed_in' | 'failed'
  /** Why not, for a page that says it in its reader's language. */
  code?: string
  connectionId?: string
  title: string
  text: string
  closes?: boolean
  nonce: string
}): string {
  const news = JSON.stringify({ outcome, code, connectionId, message: text })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Switchyard</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 30rem; padding: 2rem 1.5rem; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.quiet { opacity: .75; }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${text
  .split('\n')
  .map((line) => `<p>${escaped(line)}</p>`)
  .join('\n')}
<p class="quiet">You can close this window and go back to Switchyard.</p>
</main>
<script nonce="${nonce}">
// The address carries what the vendor handed over; it has been used, and need not stay in anybody's history.
history.replaceState(null, '', location.pathname)
const news = ${inScript(news)}
new BroadcastChannel('${CHANNEL}').postMessage(news)
if (window.opener) window.opener.postMessage({ channel: '${CHANNEL}', ...news }, location.origin)
${closes ? 'setTimeout(() => window.close(), 700)' : ''}
</script>
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** JSON as a script may carry it: nothing in it ends the script. */
function inScript(json: string): string {
  return json.replaceAll('<', String.raw`\u003c`)
}
