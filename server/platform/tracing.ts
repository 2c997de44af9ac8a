/** What is known about a step when it is over. Never a secret, and nobody's address: traces leave the hub. */
export type StepFacts = Readonly<Record<string, string | number | boolean | undefined>>

/** One step of an event's road, as a tracing tool shows it. */
export interface Step {
  /**
   * W3C Trace Context (`traceparent`): stored with the receipt and the delivery, so that what follows belongs to the same
   * trace in whichever process it happens, a second or a week later.
   */
  readonly context: string
  /** `failure` says that it did not do what it was there for, with the code of the reason. */
  end(at: Date, facts: StepFacts, failure?: string): void
}

/** Follows events on their whole road, where an operator asked for it. */
export interface Tracing {
  /**
   * Begins a trace. A sender's own context is noted beside it and never continued: strangers decide neither what is kept
   * nor what belongs together. Undefined while tracing is off, and for traces that are not among those to keep.
   */
  begin(name: string, at: Date, linked?: string): Step | undefined
  /** Begins a step of a trace; undefined without one. `leaves` marks what waits for somebody outside. */
  next(name: string, at: Date, context: string | undefined, leaves?: 'leaves'): Step | undefined
  /** Sends what is still here, for at most a few seconds. */
  stop(): Promise<void>
}

/** Off: costs a call that returns nothing. */
export const noTracing: Tracing = {
  begin: () => undefined,
  next: () => undefined,
  stop: () => Promise.resolve(),
}

/** The id under which a tracing tool finds the whole road, for the log. */
export function traceIdOf(context: string | undefined): string | undefined {
  return context?.slice(3, 35)
}
