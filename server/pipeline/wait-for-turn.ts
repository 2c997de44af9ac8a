import type { Allowance, SendBudget, Turn } from './send-budget.ts'

/**
 * Waits until a vendor's rate limit allows one more piece of work. Those who wait for the same allowance stand in a
 * line: a thousand of them asking the database at once would crowd out the deliveries that share it. Nobody waits any
 * more once the process ends.
 */
export function createWaitForTurn(deps: {
  sendBudget: Pick<SendBudget, 'take'>
  sleep: (ms: number) => Promise<void>
  stopping: AbortSignal
}): (allowance: Allowance, kind: string) => Promise<Turn> {
  const lines = new Map<string, Promise<Turn>>()

  async function take(allowance: Allowance, kind: string): Promise<Turn> {
    while (!deps.stopping.aborted) {
      const turn = await deps.sendBudget.take(allowance, kind)
      if (turn.waitMs === 0) return turn
      await deps.sleep(turn.waitMs)
    }
    return { waitMs: 0, requests: 0 }
  }

  return (allowance, kind) => {
    const mine = () => take(allowance, kind)
    // Whoever comes before may fail, and that is not the affair of who comes next.
    const turn = (lines.get(allowance.of) ?? Promise.resolve()).then(mine, mine)
    lines.set(allowance.of, turn)
    return turn
  }
}
