/**
 * An expected failure that a person can do something about. `code` is stable and snake_case; `message` says what
 * happened, why, and what to do next, in words a marketer understands. Technical detail goes into `cause`.
 */
export abstract class HubError extends Error {
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Stored instead of a sentence, so that the page can word it in the reader's language. */
export interface Reason {
  code: string
  data?: Record<string, unknown>
}
