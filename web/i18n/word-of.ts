import i18next from 'i18next'

/**
 * The words for a code of the hub, such as the reason of a refusal, in the reader's language. Codes come from the hub
 * and from vendors' connectors, so one without words is possible: then what the hub itself says is shown.
 */
export function wordOf(
  family: 'error' | 'field' | 'identity' | 'reason' | 'refusedNext',
  code: string,
  values: Record<string, unknown> = {},
  otherwise: string = code,
): string {
  const key = `${family}.${code}`
  return i18next.exists(key) ? i18next.t(key, { ...values, defaultValue: otherwise }) : otherwise
}
