import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all that it started use together. */
export interface Usage {
  rssBytes: number
  cpuMs: number
}

/** USER_HZ is 100 and a page 4 kB on every Linux that Node runs on. */
const TICK_MS = 10
const PAGE_BYTES = 4_096

interface Row extends Usage {
  pid: number
  parent: number
}

/** Read from /proc, so on Linux alone. A process that ended meanwhile counts nothing. */
export function usageOf(root: number): Usage {
  const rows = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? rowOf(Number(name)) : []))
  const children = Map.groupBy(rows, ({ parent }) => parent)
  const total: Usage = { rssBytes: 0, cpuMs: 0 }
  const add = (row: Row) => {
    total.rssBytes += row.rssBytes
    total.cpuMs += row.cpuMs
    for (const child of children.get(row.pid) ?? []) add(child)
  }
  for (const row of rows) if (row.pid === root) add(row)
  return total
}

/** `man 5 proc_pid_stat`: after the name in brackets come state, parent, …, user and system time, …, resident pages. */
function rowOf(pid: number): Row[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0, user = 0, system = 0, pages = 0] = [fields[1], fields[11], fields[12], fields[21]]
    return [{ pid, parent, cpuMs: (user + system) * TICK_MS, rssBytes: pages * PAGE_BYTES }]
  } catch {
    return []
  }
}

/** Milliseconds in which any processor of the machine was busy, since it started. */
export function machineBusyMs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n')
  const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return (ticks.reduce((sum, each) => sum + each, 0) - idle) * TICK_MS
}
