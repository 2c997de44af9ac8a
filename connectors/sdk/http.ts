/** What a connector may set on one request. */
export interface HttpOptions {
  headers?: Record<string, string>
  /** Added to the address; `undefined` values are left out. */
  query?: Record<string, string | number | boolean | undefined>
  /** Sent as `application/json`. */
  json?: unknown
  /** Sent as `application/x-www-form-urlencoded`; nested values become `a[b]=c`, lists `a[0]=c`. */
  form?: Record<string, unknown>
  /** Sent as it is; set `content-type` yourself. */
  body?: string | Uint8Array
  /** Bound on the whole exchange. Default 20,000 ms. */
  timeoutMs?: number
  /** Statuses beside 2xx that are an answer and not a failure, such as 404 on a look-up. */
  accept?: readonly number[]
  /** A writing method that reads all the same (a search by POST): its failure never counts as "may have been carried out". */
  reads?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  text(): string
  /** The parsed body; throws `UnreadableAnswer` when it is not JSON. */
  json<T>(): T
}

/** A request under way: await it for the response, or ask for its body straight away. */
export interface HttpCall extends Promise<HttpResponse> {
  json<T>(): Promise<T>
  text(): Promise<string>
}

/**
 * The only way a connector reaches the network. The hub hands it over with authentication, base address,
 * time limit, size cap, address guard and capture already in place. It never retries: retries belong to the queue.
 * A path is relative to the connection's API address; a whole address is used as it stands.
 * Throws the errors of `errors.ts`.
 */
export interface Http {
  get(path: string, options?: HttpOptions): HttpCall
  post(path: string, options?: HttpOptions): HttpCall
  put(path: string, options?: HttpOptions): HttpCall
  patch(path: string, options?: HttpOptions): HttpCall
  delete(path: string, options?: HttpOptions): HttpCall
  request(method: string, path: string, options?: HttpOptions): HttpCall
}

/** An `Http` whose requests, by whichever method, all take the one way given. */
export function httpOver(
  exchange: (method: string, path: string, options?: HttpOptions) => Promise<HttpResponse>,
): Http {
  const request = (method: string, path: string, options?: HttpOptions): HttpCall => {
    const response = exchange(method, path, options)
    return Object.assign(response, {
      json: async <T>() => (await response).json<T>(),
      text: async () => (await response).text(),
    })
  }
  return {
    get: (path, options) => request('GET', path, options),
    post: (path, options) => request('POST', path, options),
    put: (path, options) => request('PUT', path, options),
    patch: (path, options) => request('PATCH', path, options),
    delete: (path, options) => request('DELETE', path, options),
    request,
  }
}
