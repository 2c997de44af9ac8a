/** Why something was refused or not understood: a snake_case code and the numbers or words to put into its sentence. */
export interface Reason {
  code: string
  data?: Record<string, string | number>
}
