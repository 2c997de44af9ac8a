import { Mistyped } from './mistyped.ts'

/** The address that was given for an option. */
export function webAddress(option: string, text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new Mistyped(
    `${option} takes a web address such as http://localhost:4000/hooks/…, and got “${text}”.`,
  )
}
