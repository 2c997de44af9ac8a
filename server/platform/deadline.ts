/** Ends an exchange when its time is up or the attempt is stopped, whichever comes first. */
export function startDeadline(
  timeoutMs: number,
  stop: AbortSignal | undefined,
): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController()
  const onStop = () => controller.abort(new Error('the attempt was stopped from within the hub'))
  const timer = setTimeout(
    () => controller.abort(new Error(`it took longer than ${timeoutMs} ms`)),
    timeoutMs,
  )
  if (stop?.aborted) onStop()
  stop?.addEventListener('abort', onStop, { once: true })
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      stop?.removeEventListener('abort', onStop)
    },
  }
}
