import { parseCookie } from 'cookie'

/** What a browser does on its way through a sign-in, without drawing it: follows redirects, keeps cookies for each host. */
export interface Browser {
  /** Goes to an address and on from there; `stopAt` keeps it from opening an address that begins so. */
  open(url: string, stopAt?: string): Promise<Opened>
  /** What a page's script asks for, cookies included. */
  post(url: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

export interface Opened {
  /** Where it ended up. */
  url: string
  status: number
  text: string
  headers: Headers
}

const STEPS_MAX = 20
/** Browsers do not keep a larger cookie, and say nothing (RFC 6265bis, section 5.6). */
const COOKIE_LENGTH_MAX = 4_096

export function createBrowser(): Browser {
  const jar = new Map<string, Map<string, string>>()

  async function ask(url: string, init: RequestInit): Promise<Response> {
    const { hostname } = new URL(url)
    const cookies = jar.get(hostname) ?? new Map<string, string>()
    jar.set(hostname, cookies)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = new Headers(init.headers)
    if (cookie) headers.set('cookie', cookie)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const given of response.headers.getSetCookie()) {
      const [[name, value = ''] = ['']] = Object.entries(parseCookie(given.split(';')[0] ?? ''))
      if (name.length + value.length > COOKIE_LENGTH_MAX) continue
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
    return response
  }

  return {
    async open(start, stopAt) {
      let url = start
      for (let step = 0; step < STEPS_MAX; step++) {
        const response = await ask(url, {})
        const location = response.headers.get('location')
        const next = location ? new URL(location, url).href : undefined
        if (!next || (stopAt && next.startsWith(stopAt))) {
          return {
            url: next ?? url,
            status: response.status,
            text: await response.text(),
            headers: response.headers,
          }
        }
        await response.arrayBuffer()
        url = next
      }
      throw new Error(`${start} sends a browser round and round.`)
    },
    post: (url, body, headers = {}) =>
      ask(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  }
}
