import { Mistyped } from './mistyped.ts'

/**
 * Does what a command was asked for. What was typed wrongly is told together with how the command is used, and ends with
 * 2; what could not be done is told with its reason, and ends with 1.
 */
export async function runCommand(usage: string, run: () => void | Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const mistake = mistakeIn(error)
    if (mistake !== undefined) {
      console.error(`${mistake}\n\n${usage}`)
      process.exit(2)
    }
    console.error(isForReader(error) ? error.message : error)
    // What was opened before it failed would keep the terminal waiting.
    process.exit(1)
  }
}

/** What was typed wrongly, where that is what the error is about. */
function mistakeIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof Mistyped) return error.message
  const isFromParser = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
  // Node goes on about arguments that begin with a dash, which no command here takes.
  return isFromParser ? error.message.replace(/ To specify a positional argument.*$/s, '') : undefined
}

/** Whoever looks for a mistake of ours needs the stack; everybody else only needs the sentence. */
function isForReader(error: unknown): error is Error {
  return (
    error instanceof Error && ![TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind)
  )
}
