/** What was typed cannot be meant. The message says what came, and what is taken instead. */
export class Mistyped extends Error {
  override readonly name = 'Mistyped'
}
