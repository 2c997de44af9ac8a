import { Command } from 'commander'
import { Mistyped } from './mistyped.ts'

/** A program of commander that leaves it to `runCommand` to tell what was typed wrongly, as with every other command. */
export function createProgram(name: string): Command {
  return new Command(`npm run ${name} --`)
    .configureOutput({ outputError: () => undefined })
    .exitOverride(({ exitCode, message }) => {
      if (exitCode === 0) process.exit()
      throw new Mistyped(message.replace(/^error: /, ''))
    })
}
