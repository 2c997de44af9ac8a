/** Whether a document opens more brackets within each other than this, outside of its texts. */
export function nestsDeeperThan(source: string, levelsMax: number): boolean {
  let level = 0
  for (const [bracket] of source.replaceAll(texts, '').matchAll(/[[\]{}()]/g)) {
    level += '[{('.includes(bracket) ? 1 : -1
    if (level > levelsMax) return true
  }
  return false
}

/** Block texts, texts and comments. */
const texts = /"""(?:\\"""|[^])*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*/g
