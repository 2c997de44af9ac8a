import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

const root = resolve(import.meta.dirname, '../..')
const NOT_WORK = ['(idle)', '(program)', '(root)']

/** The functions in which each thread of a profiled hub spent most time itself, as lines to print. */
export function topFunctions(folder: string, count: number): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .flatMap((name) => {
      const { nodes, samples, timeDeltas } = profile.parse(
        JSON.parse(readFileSync(join(folder, name), 'utf8')),
      )
      const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
      const spent = new Map<string, number>()
      let work = 0
      samples.forEach((id, at) => {
        const frame = frames.get(id)
        if (!frame || NOT_WORK.includes(frame.functionName)) return
        const where = frame.url.replace(`file://${root}/`, '').replace(/^.*node_modules\//, '')
        const label = `${frame.functionName || '(anonymous)'}  ${where}:${frame.lineNumber + 1}`
        const us = timeDeltas[at] ?? 0
        spent.set(label, (spent.get(label) ?? 0) + us)
        work += us
      })
      const rows = [...spent].sort((a, b) => b[1] - a[1]).slice(0, count)
      return [
        `${name}: ${Math.round(work / 1000)} ms of work`,
        ...rows.map(([label, us]) => `${((100 * us) / work).toFixed(1).padStart(6)} %  ${label}`),
      ]
    })
}
